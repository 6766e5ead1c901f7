/** Calls, and whatever no other class can say. https://schema.ocsf.io/1.8.0/classes/api_activity */
import type { Activity, AuditEvent } from '../../event/audit-event.ts';
import { APPLICATION, type OcsfClass, OTHER, type Subject } from './ocsf-class.ts';
import { only, resourceOf } from './targets.ts';

const ACTIVITIES: Partial<Readonly<Record<Activity, number>>> = { create: 1, read: 2, update: 3, delete: 4 };
const TARGET = { role_id: 1, role: 'Target' };

export const apiActivity = {
  ...APPLICATION,
  uid: 6003,
  caption: 'API Activity',
  activities: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete' },
  api: 'required',
  hasTrace: true,

  subjectOf({ activity, targets, changes }: AuditEvent): Subject {
    const target = only(targets);
    return {
      activityId: ACTIVITIES[activity] ?? OTHER,
      attributes:
        targets.length > 0
          ? { resources: target ? [{ ...resourceOf(target), ...TARGET }] : targets.map(resourceOf) }
          : {},
      otherTargets: [],
      otherChanges: changes,
    };
  },
} satisfies OcsfClass;
