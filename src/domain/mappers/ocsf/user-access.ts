/** Rights given to a user and taken away. https://schema.ocsf.io/1.8.0/classes/user_access */
import type { Activity } from '../../event/audit-event.ts';
import { IAM, isAboutRights, type OcsfClass } from './ocsf-class.ts';
import { isPrivilege, isUser, only, privilegesOf, resourceOf, userOf, without } from './targets.ts';

const ACTIVITIES: Partial<Readonly<Record<Activity, number>>> = { grant: 1, revoke: 2 };

export const userAccess: OcsfClass = {
  ...IAM,
  uid: 3005,
  caption: 'User Access Management',
  activities: { 1: 'Assign Privileges', 2: 'Revoke Privileges' },

  /** Privileges are required: they must be among the targets. */
  subjectOf(event) {
    const { targets, changes } = event;
    const activityId = isAboutRights(event) ? ACTIVITIES[event.activity] : undefined;
    const user = only(targets, isUser);
    const privileges = privilegesOf(targets);
    if (activityId === undefined || user === undefined || privileges.length === 0) return undefined;
    const resources = targets.filter((target) => target !== user && !isPrivilege(target));
    return {
      activityId,
      attributes: {
        user: userOf(user),
        privileges,
        ...(resources.length > 0 && { resources: resources.map(resourceOf) }),
      },
      otherTargets: without(
        targets.filter((target) => !resources.includes(target)),
        [user],
      ),
      otherChanges: changes,
    };
  },
};
