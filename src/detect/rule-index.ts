/** Finds, for an event, the rules under which it counts and those whose alert it ends: one compiled index for all rules. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { FilterIndex } from '../domain/filter/index.ts';
import type { Rule } from '../domain/rules/rule.ts';
import { textAt } from './group-of.ts';
import type { Occurrence } from './step-context.ts';

export interface Hit {
  readonly rule: Rule;
  readonly occurrence: Occurrence;
}

/** In no particular order. */
export type MatchRules = (event: AuditEvent) => readonly Hit[];

interface Entry {
  readonly rule: Rule;
  readonly role: Occurrence['role'];
}

export function makeRuleIndex(rules: readonly Rule[]): MatchRules {
  const index = new FilterIndex<Entry>();
  for (const rule of rules) {
    index.add({ rule, role: 'counts' }, rule.filter);
    if (rule.resolvedBy) index.add({ rule, role: 'ends' }, rule.resolvedBy.filter);
  }
  return (event) => {
    const ms = Date.parse(event.occurredAt);
    return index.match(event).flatMap(({ rule, role }) => {
      const { condition } = rule;
      // What ends the alert of a new value must show that value.
      const asks = role === 'counts' || condition.kind === 'new_value';
      const field = 'field' in condition && asks ? condition.field : undefined;
      if (field === undefined) return [{ rule, occurrence: { event, ms, role } }];
      // Without a value there is nothing that could differ.
      const value = textAt(event, field);
      return value === undefined ? [] : [{ rule, occurrence: { event, ms, role, value } }];
    });
  };
}
