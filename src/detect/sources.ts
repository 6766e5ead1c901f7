/** What makes alerts: the rules, the one summary of a rule that fires too often, and conditions of the system itself. */
import { hash } from 'node:crypto';
import type { Rule } from '../domain/rules/rule.ts';
import type { StateKey } from './ports.ts';
import type { AlertSource } from './step-context.ts';

/** By what the state of this key is made. */
export type SourceOf = (key: StateKey) => AlertSource;

/** Names the state of a rule's one summary. */
export const SUMMARY = 'summary';
/** Rules of users are not named so. */
export const PIPELINE_PREFIX = 'pipeline-';

export function makeSourceOf(rules: readonly Rule[]): SourceOf {
  const sources = new Map(rules.map((rule) => [rule.id, sourceOfRule(rule)]));
  const summaries = new Map(rules.map((rule) => [rule.id, summaryOf(rule)]));
  return ({ ruleId, name }) => {
    if (ruleId.startsWith(PIPELINE_PREFIX)) return sourceOfCondition(ruleId);
    return (name === SUMMARY ? summaries : sources).get(ruleId) ?? sourceGone(ruleId);
  };
}

function sourceOfRule(rule: Rule): AlertSource {
  const { id, name, condition, owner, runbookUrl, severity, labels, quietMs, repeatMs, mergeMs } = rule;
  return {
    rule,
    shown: {
      id,
      name,
      kind: condition.kind,
      ...(owner !== undefined && { owner }),
      ...(runbookUrl !== undefined && { runbookUrl }),
    },
    severity,
    ...(labels && { labels }),
    quietMs,
    repeatMs,
    mergeMs,
    fingerprint: fingerprintOf(rule),
  };
}

/** The same rule as one summary: whatever would have fired counts. */
function summaryOf(rule: Rule): AlertSource {
  const { message: _, ...plain } = rule;
  return sourceOfRule({
    ...plain,
    name: `${rule.name}: too many to tell apart`,
    condition: { kind: 'match' },
    groupBy: [],
    title: `Flood: ${rule.name.replaceAll('{', '{{').replaceAll('}', '}}')}`,
    message: `More than ${rule.maxAlertsPerHour} alerts of this rule within an hour, or more groups than are told apart. Events of all others are counted here: {count} so far.`,
  });
}

/** What it is called and how grave it is stands in its state. It ends when the condition is well again. */
function sourceOfCondition(id: string): AlertSource {
  return {
    shown: { id, name: id, kind: 'match' },
    severity: 'high',
    quietMs: Number.MAX_SAFE_INTEGER,
    repeatMs: PIPELINE_REPEAT_MS,
    mergeMs: PIPELINE_REPEAT_MS,
    fingerprint: 'pipeline',
  };
}

function sourceGone(ruleId: string): AlertSource {
  return { ...sourceOfCondition(ruleId), fingerprint: 'gone', isGone: true };
}

/** What decides which events count: text, severity and channels may change without counting afresh. */
function fingerprintOf({ pattern, condition, groupBy, resolvedBy }: Rule): string {
  const counted = JSON.stringify([pattern, condition, groupBy, resolvedBy?.pattern]);
  return hash('sha256', counted, 'base64url').slice(0, 12);
}

const PIPELINE_REPEAT_MS = 4 * 60 * 60 * 1_000;
