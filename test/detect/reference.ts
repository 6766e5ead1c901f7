/** What the detector must find, written a second time: simple, slow, over all events at once, in the order of their own time.
 *
 * - *match*: an alert opens with any event. *threshold*: at the earliest event with which `count` of the group lie within
 *   `(last − windowMs, last]`. *distinct_values*: the same with different values of the field; an event without the field
 *   does not count at all. It begins with the first event of that window and takes all that follow.
 * - It is over when nothing came for `quietMs`, or with an event of `resolvedBy` that is after its last one. Then counting
 *   starts afresh: what is not later than its end never counts again.
 * - *new_value*: the first event of a value that the group has not shown, once `learningMs` have passed since the group's
 *   first event; the value is part of the group, and the count is 1. The very first value is none: it differs from nothing.
 * - *silence*: nothing for `afterMs` after an event of the group; count 0, and the next event ends it.
 *
 * The detector goes by the clock where this goes by the events' time, and the two agree only where no event lies so close to
 * an end that its delay decides; `streams.ts` makes such streams. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { type Filter, matches } from '../../src/domain/filter/index.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';

export interface ExpectedAlert {
  readonly tenantId: string;
  readonly ruleId: string;
  readonly group: Readonly<Record<string, string>>;
  readonly firstAt: string;
  readonly lastAt: string;
  readonly count: number;
  /** Missing while it is open. */
  readonly resolvedBy?: 'quiet' | 'event';
}

type Found = Omit<ExpectedAlert, 'tenantId' | 'ruleId' | 'group' | 'firstAt' | 'lastAt'> & {
  readonly firstMs: number;
  readonly lastMs: number;
  readonly group?: Readonly<Record<string, string>>;
};

interface Happening {
  readonly ms: number;
  readonly isEnd: boolean;
  readonly value: string | undefined;
}

/** `events` without duplicates, in any order; the clock stands at `untilMs`, later than all of them. */
export function expectedAlerts(
  events: readonly AuditEvent[],
  rules: readonly Rule[],
  untilMs: number,
): readonly ExpectedAlert[] {
  return rules.flatMap((rule) => {
    const ofRule = events.filter((event) => isCounted(event, rule) || isEnd(event, rule));
    const byGroup = Map.groupBy(ofRule, (event) => JSON.stringify([event.tenantId, groupOf(event, rule)]));
    return [...byGroup.values()].flatMap((some) => {
      const [{ tenantId }] = some as [AuditEvent];
      const shared = groupOf(some[0] as AuditEvent, rule);
      const happenings = some.map((event) => happening(event, rule)).sort((a, b) => a.ms - b.ms);
      return alertsOf(happenings, rule, untilMs).map(({ firstMs, lastMs, group = {}, ...found }) => ({
        tenantId,
        ruleId: rule.id,
        group: { ...shared, ...group },
        firstAt: new Date(firstMs).toISOString(),
        lastAt: new Date(lastMs).toISOString(),
        ...found,
      }));
    });
  });
}

function alertsOf(happenings: readonly Happening[], rule: Rule, untilMs: number): readonly Found[] {
  if (rule.condition.kind === 'silence') return silences(happenings, rule.condition.afterMs, untilMs);
  if (rule.condition.kind === 'new_value') return newValues(happenings, rule, untilMs);
  return countedAlerts(happenings, rule, untilMs);
}

function countedAlerts(happenings: readonly Happening[], rule: Rule, untilMs: number): readonly Found[] {
  const found: Found[] = [];
  let open: Pick<Found, 'firstMs' | 'lastMs' | 'count'> | undefined;
  /** Since the last end. */
  let counted: Happening[] = [];
  const end = (resolvedBy: 'quiet' | 'event') => {
    if (open) found.push({ ...open, resolvedBy });
    open = undefined;
    counted = [];
  };
  for (const one of happenings) {
    const { ms } = one;
    if (open && ms > open.lastMs + rule.quietMs) end('quiet');
    if (one.isEnd) {
      if (open && ms > open.lastMs) end('event');
      continue;
    }
    counted.push(one);
    if (open) {
      open = { ...open, lastMs: ms, count: open.count + 1 };
      continue;
    }
    const window = windowUntil(one, counted, rule);
    if (isFull(window, rule))
      open = { firstMs: (window[0] as Happening).ms, lastMs: ms, count: window.length };
  }
  if (open && untilMs > open.lastMs + rule.quietMs) end('quiet');
  return open ? [...found, open] : found;
}

function windowUntil(last: Happening, counted: readonly Happening[], { condition }: Rule): Happening[] {
  return 'windowMs' in condition ? counted.filter(({ ms }) => ms > last.ms - condition.windowMs) : [last];
}

function isFull(window: readonly Happening[], { condition }: Rule): boolean {
  if (condition.kind === 'threshold') return window.length >= condition.count;
  if (condition.kind === 'distinct_values')
    return new Set(window.map(({ value }) => value)).size >= condition.count;
  return true;
}

function newValues(happenings: readonly Happening[], rule: Rule, untilMs: number): readonly Found[] {
  const { field, learningMs } = rule.condition as Extract<Rule['condition'], { kind: 'new_value' }>;
  const firstMs = happenings[0]?.ms ?? 0;
  const known = new Set<string>();
  return happenings.flatMap(({ ms, value = '' }) => {
    const isNew = known.size > 0 && !known.has(value) && ms >= firstMs + learningMs;
    known.add(value);
    if (!isNew) return [];
    const isOver = untilMs > ms + rule.quietMs;
    return [
      {
        firstMs: ms,
        lastMs: ms,
        count: 1,
        group: { [field]: value },
        ...(isOver && { resolvedBy: 'quiet' as const }),
      },
    ];
  });
}

function silences(happenings: readonly Happening[], afterMs: number, untilMs: number): readonly Found[] {
  return happenings.flatMap(({ ms }, i) => {
    const next = happenings[i + 1];
    if ((next?.ms ?? untilMs) <= ms + afterMs) return [];
    return [{ firstMs: ms, lastMs: ms, count: 0, ...(next && { resolvedBy: 'event' as const }) }];
  });
}

function isCounted(event: AuditEvent, { filter, condition }: Rule): boolean {
  if (!matches(filter, event)) return false;
  return !('field' in condition) || textAt(event, condition.field) !== undefined;
}

function isEnd(event: AuditEvent, { resolvedBy }: Rule): boolean {
  return isOf(resolvedBy?.filter, event);
}

function isOf(filter: Filter | undefined, event: AuditEvent): boolean {
  return filter !== undefined && matches(filter, event);
}

function happening(event: AuditEvent, rule: Rule): Happening {
  const { condition } = rule;
  return {
    ms: Date.parse(event.occurredAt),
    isEnd: isEnd(event, rule),
    value: 'field' in condition ? textAt(event, condition.field) : undefined,
  };
}

function groupOf(event: AuditEvent, { groupBy }: Rule): Readonly<Record<string, string>> {
  return Object.fromEntries(groupBy.map((path) => [path, textAt(event, path) ?? '(none)']));
}

/** Of a plain path to a text. */
function textAt(event: AuditEvent, path: string): string | undefined {
  let value: unknown = event;
  for (const step of path.split('.')) value = (value as Record<string, unknown> | undefined)?.[step];
  return value === undefined ? undefined : String(value);
}
