/** A silence as it is put together: what of an alert it takes, how long, and why. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { MAX_SILENCE_MS } from '../../../src/domain/alert/silence.ts';
import type { SilenceWish } from './asks.ts';

/** One thing that alerts of this silence have in common. */
export interface Part {
  /** Of the field of the notice, for people: `rule`, `actor.id`. */
  readonly label: string;
  readonly value: string;
  readonly of: { readonly kind: 'rule' } | { readonly kind: 'group'; readonly path: string };
}

/** The rule and what the alert's events have in common. */
export function partsOf({ rule, group = {} }: Alert): readonly Part[] {
  return [
    { label: 'rule', value: rule.id, of: { kind: 'rule' } },
    ...Object.entries(group).map(([path, value]) => ({
      label: path,
      value,
      of: { kind: 'group', path } as const,
    })),
  ];
}

/** An event pattern over the notice. */
export function matchOf(parts: readonly Part[]): Readonly<Record<string, unknown>> {
  const group = parts.flatMap(({ of, value }) => (of.kind === 'group' ? [[of.path, [value]] as const] : []));
  const rules = parts.filter(({ of }) => of.kind === 'rule').map(({ value }) => value);
  return {
    ...(rules.length > 0 && { rule: { id: rules } }),
    ...(group.length > 0 && { group: Object.fromEntries(group) }),
  };
}

const MINUTE_S = 60;
export const DURATIONS = {
  '30m': { title: '30 minutes', seconds: 30 * MINUTE_S },
  '2h': { title: '2 hours', seconds: 120 * MINUTE_S },
  '1d': { title: '1 day', seconds: 1_440 * MINUTE_S },
  '1w': { title: '1 week', seconds: 10_080 * MINUTE_S },
} as const;
export type Duration = keyof typeof DURATIONS | 'until';

export interface Draft {
  readonly parts: readonly Part[];
  readonly duration: Duration;
  /** As the box gives it: `2026-11-28T18:00`, in the viewer's zone. */
  readonly until: string;
  readonly comment: string;
}

export type Wished =
  | { readonly ok: true; readonly wish: SilenceWish }
  | { readonly ok: false; readonly problem: string };

export function wishOf({ parts, duration, until, comment }: Draft, nowMs: number): Wished {
  const said = comment.trim();
  if (parts.length === 0)
    return wrong('Choose at least one: a silence of everything would hide what nobody expects.');
  if (said === '') return wrong('Say why: whoever wonders later reads it.');
  const match = matchOf(parts);
  if (duration !== 'until')
    return { ok: true, wish: { match, comment: said, seconds: DURATIONS[duration].seconds } };
  const untilMs = Date.parse(until);
  if (!Number.isFinite(untilMs)) return wrong('Say until when.');
  if (untilMs <= nowMs) return wrong('That time has passed.');
  if (untilMs > nowMs + MAX_SILENCE_MS)
    return wrong('At most 90 days: what is never wanted is a matter of the rule.');
  return { ok: true, wish: { match, comment: said, until: new Date(untilMs).toISOString() } };
}

const wrong = (problem: string): Wished => ({ ok: false, problem });

/** What a silence takes, in a line: `rule.id login-brute-force, group.actor.id jo`. */
export function matchInWords(match: unknown): string {
  const words = leavesOf(match, '').join(', ');
  return words === '' ? JSON.stringify(match) : words;
}

function leavesOf(value: unknown, path: string): readonly string[] {
  if (Array.isArray(value))
    return [
      `${path} ${value.map((one) => (typeof one === 'string' ? one : JSON.stringify(one))).join(' or ')}`,
    ];
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner, path ? `${path}.${key}` : key));
}
