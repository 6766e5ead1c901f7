/** Runs the tests that a rule carries: whether its pattern takes the event or not. */
import { AuditEventError, type Issue } from '../event/audit-event-error.ts';
import { parseAuditEvent } from '../event/parse-audit-event.ts';
import { isPlainObject } from '../event/reading.ts';
import { type Filter, matches } from '../filter/index.ts';
import type { Rule, RuleTest } from './rule.ts';

export type TestResult =
  | { readonly kind: 'passed' }
  | {
      readonly kind: 'failed';
      readonly expected: RuleTest['expect'];
      /** Fields of the pattern that do not take the event; empty where it took one that it should not. */
      readonly unmet: readonly string[];
    }
  /** Nothing like it can ever come in. */
  | { readonly kind: 'impossible'; readonly issues: readonly Issue[] };

export function runRuleTest({ filter }: Rule, { expect, event }: RuleTest): TestResult {
  let whole: unknown;
  try {
    whole = parseAuditEvent(completed(event));
  } catch (error) {
    if (!(error instanceof AuditEventError)) throw error;
    return { kind: 'impossible', issues: error.issues };
  }
  const isTaken = matches(filter, whole);
  if (isTaken === (expect === 'match')) return { kind: 'passed' };
  return { kind: 'failed', expected: expect, unmet: isTaken ? [] : unmetFields(filter, whole) };
}

/** What every event has, where a test does not say it. */
const EVENT = {
  schemaVersion: '1.0',
  id: 'a-test',
  tenantId: 'acme',
  occurredAt: '2026-11-02T12:00:00.000Z',
  action: 'test.happened',
  activity: 'other',
  category: 'api',
  outcome: 'success',
  severity: 'info',
  targets: [],
} as const;
const ACTOR = { type: 'user', id: 'someone' } as const;
const SOURCE = { service: 'test', environment: 'test' } as const;

/** The event of a test with what every event has. */
export function completed(event: RuleTest['event']): unknown {
  const { actor = {}, source = {}, occurredAt = EVENT.occurredAt } = event;
  return {
    ...EVENT,
    recordedAt: occurredAt,
    ...event,
    actor: isPlainObject(actor) ? { ...ACTOR, ...actor } : actor,
    source: isPlainObject(source) ? { ...SOURCE, ...source } : source,
  };
}

/** Of the alternative that comes closest. Where each field is met by itself, they are not met by the same element of a list. */
function unmetFields({ branches }: Filter, event: unknown): readonly string[] {
  const unmet = branches.map((branch) =>
    branch.filter((condition) => !matches({ branches: [[condition]] }, event)).map(({ path }) => path),
  );
  return unmet.sort((a, b) => a.length - b.length)[0] ?? [];
}
