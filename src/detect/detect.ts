/** Behind the queue: what events mean under the rules. A message is done when all that it changed is safe; what it says is
 * published from there. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Rule } from '../domain/rules/rule.ts';
import { type Producers, readBusDetail } from '../stream/bus-detail.ts';
import { causeOf, type Log } from '../stream/log.ts';
import type { Consumer, Outcome } from '../stream/ports.ts';
import type { Count } from './count.ts';
import { groupOf } from './group-of.ts';
import type { GroupEvents, Groups } from './groups.ts';
import { type NewValues, withValue } from './new-values.ts';
import type { Hit, MatchRules } from './rule-index.ts';

export interface DetectOptions {
  readonly index: MatchRules;
  readonly groups: Groups;
  readonly newValues: NewValues;
  readonly producers?: Producers | undefined;
  readonly log: Log;
  readonly count: Count;
}

/** What one event is under one rule; `at` is its message. */
export interface Found {
  readonly at: number;
  readonly tenantId: string;
  readonly rule: Rule;
  readonly group: Readonly<Record<string, string>>;
  readonly occurrence: Hit['occurrence'];
}

export function makeDetect({ index, groups, newValues, producers, log, count }: DetectOptions): Consumer {
  return async (messages) => {
    const outcomes = new Array<Outcome>(messages.length).fill({ kind: 'delivered' });
    const found: Found[] = [];
    for (const [at, { event: bus }] of messages.entries()) {
      const read = readBusDetail(bus, producers);
      if (read.kind === 'refused')
        outcomes[at] = { kind: 'rejected', reason: read.reason, detail: read.detail };
      else if (read.kind === 'event') found.push(...findingsOf(read.event, at));
    }
    if (found.length === 0) return outcomes;
    count({ detect_matched: found.length });
    const values = found.filter((one) => isOfValue(one) && one.occurrence.role === 'counts');
    const ends = found.filter((one) => isOfValue(one) && one.occurrence.role === 'ends').map(withValue);
    const fail = (failed: Iterable<number>, reason: string) => {
      for (const at of failed) outcomes[at] = { kind: 'retry', reason };
    };
    try {
      const { news, failed } = values.length === 0 ? NOTHING_NEW : await newValues(values);
      fail(failed, 'state_busy');
      const rest = [...found.filter((one) => !isOfValue(one)), ...news, ...ends];
      fail(await groups(inGroups(rest)), 'state_busy');
    } catch (error) {
      log('error', 'what was detected could not be kept', { count: found.length, cause: causeOf(error) });
      fail(new Set(found.map(({ at }) => at)), 'state_unavailable');
    }
    return outcomes;
  };

  function findingsOf(event: AuditEvent, at: number): readonly Found[] {
    return index(event).map(({ rule, occurrence }) => ({
      at,
      tenantId: event.tenantId,
      rule,
      group: groupOf(event, rule.groupBy),
      occurrence,
    }));
  }
}

function isOfValue({ rule }: Found): boolean {
  return rule.condition.kind === 'new_value';
}

function inGroups(found: readonly Found[]): readonly GroupEvents[] {
  const groups = new Map<string, GroupEvents & { readonly found: Found[] }>();
  for (const one of found) {
    const key = JSON.stringify([one.tenantId, one.rule.id, one.group]);
    const group = groups.get(key);
    if (group) group.found.push(one);
    else groups.set(key, { tenantId: one.tenantId, rule: one.rule, group: one.group, found: [one] });
  }
  return [...groups.values()];
}

const NOTHING_NEW = { news: [], failed: new Set<number>() };
