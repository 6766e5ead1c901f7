/** Groups, their members and their rights. Reading and updating one is Entity Management.
 * https://schema.ocsf.io/1.8.0/classes/group_management */
import type { Activity, Target } from '../../event/audit-event.ts';
import { IAM, isAboutRights, type OcsfClass } from './ocsf-class.ts';
import { groupOf, isGroup, isPrivilege, isUser, only, privilegesOf, userOf, without } from './targets.ts';

type Ids = Partial<Readonly<Record<Activity, number>>>;
const ALONE: Ids = { grant: 1, revoke: 2, delete: 5, create: 6 };
const PRIVILEGES: Ids = { grant: 1, revoke: 2 };
const MEMBERSHIP: Ids = { grant: 3, revoke: 4 };

export const groupManagement: OcsfClass = {
  ...IAM,
  uid: 3006,
  caption: 'Group Management',
  activities: {
    1: 'Assign Privileges',
    2: 'Revoke Privileges',
    3: 'Add User',
    4: 'Remove User',
    5: 'Delete',
    6: 'Create',
  },

  subjectOf(event) {
    if (!isAboutRights(event)) return undefined;
    const { targets, activity, changes } = event;
    const group = only(targets, isGroup);
    const user = only(targets, isUser);
    const activityId = activitiesWith(targets)[activity];
    if (group === undefined || activityId === undefined) return undefined;
    const privileges = privilegesOf(targets);
    return {
      activityId,
      attributes: {
        group: groupOf(group),
        ...(user && { user: userOf(user) }),
        ...(privileges.length > 0 && { privileges }),
      },
      otherTargets: without(targets, [group, user]),
      otherChanges: changes,
    };
  },
};

/** What can be done to a group alone, with privileges, or with a user; with anything else it is not clear to what. */
function activitiesWith(targets: readonly Target[]): Ids {
  const others = targets.filter((target) => !isGroup(target));
  if (others.length === 0) return ALONE;
  if (others.every(isPrivilege)) return PRIVILEGES;
  return others.length === 1 && others.every(isUser) ? MEMBERSHIP : {};
}
