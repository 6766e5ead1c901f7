/** One thing that is managed, before and after. https://schema.ocsf.io/1.8.0/classes/entity_management */
import type { Activity, AuditEvent, Category, Change, Target } from '../../event/audit-event.ts';
import { IAM, type OcsfClass } from './ocsf-class.ts';
import { groupOf, named, only, userOf, without } from './targets.ts';

const CATEGORIES: ReadonlySet<Category> = new Set(['iam', 'authorization', 'data_change', 'configuration']);
const ACTIVITIES: Partial<Readonly<Record<Activity, number>>> = {
  create: 1,
  read: 2,
  update: 3,
  delete: 4,
  enable: 8,
  disable: 9,
};

export const entityManagement: OcsfClass = {
  ...IAM,
  uid: 3004,
  caption: 'Entity Management',
  activities: { 1: 'Create', 2: 'Read', 3: 'Update', 4: 'Delete', 8: 'Enable', 9: 'Disable' },

  subjectOf({ category, activity, targets, changes = [] }: AuditEvent) {
    const activityId = CATEGORIES.has(category) ? ACTIVITIES[activity] : undefined;
    const target = only(targets);
    if (activityId === undefined || target === undefined) return undefined;
    const entity = entityOf(target);
    const before = valuesOf(changes, 'before');
    const after = valuesOf(changes, 'after');
    return {
      activityId,
      attributes: {
        entity: before ? { ...entity, data: before } : entity,
        ...(after && { entity_result: { ...entity, data: after } }),
      },
      otherTargets: without(targets, [target]),
      otherChanges: changes.length > 0 && !areSaidBy(changes) ? changes : undefined,
    };
  },
};

/** https://schema.ocsf.io/1.8.0/objects/managed_entity */
function entityOf(target: Target): Record<string, unknown> {
  const entity = named(target);
  switch (target.type) {
    case 'device':
      return { ...entity, type_id: 1, type: 'Device' };
    case 'user':
      return { ...entity, type_id: 2, type: 'User', user: userOf(target) };
    case 'group':
      return { ...entity, type_id: 3, type: 'Group', group: groupOf(target) };
    case 'organization':
      return { ...entity, type_id: 4, type: 'Organization', org: named(target) };
    case 'policy':
      return { ...entity, type_id: 5, type: 'Policy', policy: named(target) };
    default:
      return { ...entity, type_id: 99, type: target.type };
  }
}

function valuesOf(changes: readonly Change[], side: 'before' | 'after'): object | undefined {
  const values = changes.filter((change) => change[side] !== undefined);
  return values.length > 0
    ? Object.fromEntries(values.map((change) => [change.path, change[side]]))
    : undefined;
}

/** Whether the values before and after tell each change: a path comes once, and its operation follows from them. */
function areSaidBy(changes: readonly Change[]): boolean {
  return (
    new Set(changes.map(({ path }) => path)).size === changes.length &&
    changes.every(
      ({ op, before, after, redacted }) =>
        redacted === undefined &&
        (before !== undefined) === (op !== 'add') &&
        (after !== undefined) === (op !== 'remove'),
    )
  );
}
