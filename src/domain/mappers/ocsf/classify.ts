/** Which class of OCSF 1.8.0 an event is: the first in the table that can say it. */
import type { AuditEvent } from '../../event/audit-event.ts';
import { accountChange } from './account-change.ts';
import { apiActivity } from './api-activity.ts';
import { authentication } from './authentication.ts';
import { datastoreActivity } from './datastore-activity.ts';
import { entityManagement } from './entity-management.ts';
import { groupManagement } from './group-management.ts';
import { type OcsfClass, OTHER, type Subject } from './ocsf-class.ts';
import { userAccess } from './user-access.ts';

const CLASSES: readonly OcsfClass[] = [
  authentication,
  groupManagement,
  accountChange,
  userAccess,
  entityManagement,
  datastoreActivity,
];

export function classify(event: AuditEvent): { readonly of: OcsfClass; readonly subject: Subject } {
  for (const of of CLASSES) {
    const subject = of.subjectOf(event);
    if (subject) return { of, subject };
  }
  return { of: apiActivity, subject: apiActivity.subjectOf(event) };
}

/** The ids of class, category, activity and type with their captions; an activity without an id has the name that the
 * source gives it. */
export function classification(
  { uid, caption, category, activities }: Omit<OcsfClass, 'subjectOf'>,
  activityId: number,
  sourceName: string,
) {
  const activity = activityId === OTHER ? 'Other' : activities[activityId];
  return {
    category_uid: category.uid,
    category_name: category.caption,
    class_uid: uid,
    class_name: caption,
    activity_id: activityId,
    activity_name: activityId === OTHER ? sourceName : activity,
    type_uid: uid * 100 + activityId,
    type_name: `${caption}: ${activity}`,
  };
}
