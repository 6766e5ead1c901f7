/** What becomes of accounts: users, service accounts and roles. Reading and updating one is Entity Management.
 * https://schema.ocsf.io/1.8.0/classes/account_change */
import type { Activity } from '../../event/audit-event.ts';
import { IAM, isAboutRights, type OcsfClass } from './ocsf-class.ts';
import { isAccount, isPolicy, named, only, userOf, without } from './targets.ts';

const ACTIVITIES: Partial<Readonly<Record<Activity, number>>> = {
  create: 1,
  enable: 2,
  disable: 5,
  delete: 6,
};
const POLICY_ACTIVITIES: Partial<Readonly<Record<Activity, number>>> = { grant: 7, revoke: 8 };

export const accountChange: OcsfClass = {
  ...IAM,
  uid: 3001,
  caption: 'Account Change',
  activities: {
    1: 'Create',
    2: 'Enable',
    5: 'Disable',
    6: 'Delete',
    7: 'Attach Policy',
    8: 'Detach Policy',
  },

  /** Who deletes a user's key has deleted no user: an account stands alone, or beside the policies it is given. */
  subjectOf(event) {
    if (!isAboutRights(event)) return undefined;
    const { targets, activity, changes } = event;
    const policies = targets.filter(isPolicy);
    const account = only(targets, isAccount);
    const isAlone = account !== undefined && targets.length === 1;
    const activityId =
      policies.length > 0 ? POLICY_ACTIVITIES[activity] : isAlone ? ACTIVITIES[activity] : undefined;
    if (account === undefined || activityId === undefined) return undefined;
    return {
      activityId,
      attributes: {
        user: userOf(account),
        ...(policies.length > 0 && { policies: policies.map(named) }),
      },
      otherTargets: without(targets, [account, ...policies]),
      otherChanges: changes,
    };
  },
};
