/** Dead letters put together by what they have in common: queue, reason, the event's action, and how long they wait. */
import { actionOf, type DeadLetter } from './dead-letter.ts';

export interface LetterGroup {
  readonly queue: string;
  readonly reason: string;
  /** Of the event; empty where it has none. */
  readonly action: string;
  readonly ageBand: AgeBand;
  readonly count: number;
  readonly oldestMs: number;
  readonly newestMs: number;
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** Youngest first. */
const BANDS = [
  ['< 10 min', 10 * MINUTE_MS],
  ['< 1 h', HOUR_MS],
  ['< 1 d', DAY_MS],
  ['< 7 d', 7 * DAY_MS],
  ['≥ 7 d', Infinity],
] as const;
export type AgeBand = (typeof BANDS)[number][0];

export function ageBandOf(ageMs: number): AgeBand {
  return (BANDS.find(([, belowMs]) => ageMs < belowMs) ?? BANDS[BANDS.length - 1])?.[0] as AgeBand;
}

/** Stands for the reasons and actions of what is not told apart: events name their actions as they like, and a thousand
 * different ones must not make a thousand groups. */
export const OTHERS = '(others)';

/** Adds letters up; `groups` answers the `most` largest, largest first, and the rest in one for each queue. */
export function makeGroups(nowMs: number) {
  const held = new Map<string, LetterGroup>();
  return {
    add(letter: DeadLetter): void {
      const { queue, deadAtMs } = letter;
      addTo(held, {
        queue,
        reason: letter.reason.slice(0, CHARS),
        action: (held.size < MOST_KEPT ? (actionOf(letter) ?? '') : OTHERS).slice(0, CHARS),
        ageBand: ageBandOf(nowMs - deadAtMs),
        count: 1,
        oldestMs: deadAtMs,
        newestMs: deadAtMs,
      });
    },
    groups(most: number): readonly LetterGroup[] {
      const all = [...held.values()].sort(byCount);
      if (all.length <= most) return all;
      const rest = new Map<string, LetterGroup>();
      for (const { queue, ...group } of all.slice(most)) {
        const oldestMs = Math.min(group.oldestMs, rest.get(queue)?.oldestMs ?? Infinity);
        const newestMs = Math.max(group.newestMs, rest.get(queue)?.newestMs ?? 0);
        const count = group.count + (rest.get(queue)?.count ?? 0);
        const ageBand = ageBandOf(nowMs - oldestMs);
        rest.set(queue, { queue, reason: OTHERS, action: OTHERS, ageBand, count, oldestMs, newestMs });
      }
      return [...all.slice(0, most), ...[...rest.values()].sort(byCount)];
    },
  };
}

function addTo(groups: Map<string, LetterGroup>, group: LetterGroup): void {
  const key = JSON.stringify([group.queue, group.reason, group.action, group.ageBand]);
  const found = groups.get(key);
  groups.set(
    key,
    found
      ? {
          ...found,
          count: found.count + group.count,
          oldestMs: Math.min(found.oldestMs, group.oldestMs),
          newestMs: Math.max(found.newestMs, group.newestMs),
        }
      : group,
  );
}

const byCount = (a: LetterGroup, b: LetterGroup) =>
  b.count - a.count || (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

const CHARS = 100;
const MOST_KEPT = 1_000;
