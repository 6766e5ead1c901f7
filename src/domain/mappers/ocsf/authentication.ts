/** Logging in and out, also as somebody else. https://schema.ocsf.io/1.8.0/classes/authentication */
import type { Activity, AuditEvent } from '../../event/audit-event.ts';
import { actorUser, sessionOf } from './actor.ts';
import { IAM, type OcsfClass, OTHER } from './ocsf-class.ts';
import { serviceOf } from './service.ts';
import { isUser, only, userOf, without } from './targets.ts';

/** Anything else of the category, such as adding a second factor, manages something. */
const ACTIVITIES: Partial<Readonly<Record<Activity, number>>> = {
  login: 1,
  logout: 2,
  execute: OTHER,
  other: OTHER,
};
const ACCOUNT_SWITCH = 7;
const IMPERSONATE = { account_switch_type_id: 2, account_switch_type: 'Impersonate' };

export const authentication: OcsfClass = {
  ...IAM,
  uid: 3002,
  caption: 'Authentication',
  activities: { 1: 'Logon', 2: 'Logoff', 7: 'Account Switch' },

  subjectOf(event) {
    const { actor, targets, source, changes } = event;
    const activityId = event.category === 'authentication' ? ACTIVITIES[event.activity] : undefined;
    if (activityId === undefined) return undefined;
    const isSwitch = activityId === 1 && actor.onBehalfOf !== undefined;
    const session = sessionOf(actor);
    return {
      activityId: isSwitch ? ACCOUNT_SWITCH : activityId,
      attributes: {
        ...whoIsLetIn(event),
        service: serviceOf(source),
        ...(session && { session }),
        ...(actor.mfa !== undefined && { is_mfa: actor.mfa }),
        ...(isSwitch && IMPERSONATE),
      },
      otherTargets: without(targets, [actor.onBehalfOf ? undefined : only(targets, isUser)]),
      otherChanges: changes,
    };
  },
};

/** Whoever is acted as, else whose account it is, else who acts. */
function whoIsLetIn({ actor, targets }: AuditEvent): { readonly user: unknown } {
  const account = actor.onBehalfOf ?? only(targets, isUser);
  return { user: account ? userOf(account) : actorUser(actor).attributes };
}
