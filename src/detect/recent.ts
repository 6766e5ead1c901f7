/** The events of a group that may still change what is counted: distinct, by their own time, in few bytes. */
import { hash } from 'node:crypto';
import type { Condition } from '../domain/rules/rule.ts';

export interface Seen {
  readonly ms: number;
  /** Of the event's id: tells a second delivery from a second event. */
  readonly id: string;
  /** Of the value that is counted, where values are. */
  readonly value?: string;
}

/** 48 bits of an id or value: among the events of one group that are held, two are not mistaken for one. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'base64url').slice(0, 8);
}

/** One text: times as differences, in base 36. */
export function encodeRecent(recent: readonly Seen[]): string {
  let before = 0;
  return recent
    .map(({ ms, id, value }) => {
      const piece = `${(ms - before).toString(36)}.${id}${value === undefined ? '' : `.${value}`}`;
      before = ms;
      return piece;
    })
    .join(' ');
}

export function decodeRecent(text: string): Seen[] {
  if (text === '') return [];
  let before = 0;
  return text.split(' ').map((piece) => {
    const [gap = '', id = '', value] = piece.split('.');
    before += Number.parseInt(gap, 36);
    return { ms: before, id, ...(value !== undefined && { value }) };
  });
}

/** Puts it in its place by time; false where it is there already. */
export function insert(recent: Seen[], seen: Seen): boolean {
  let at = recent.length;
  while (at > 0 && (recent[at - 1] as Seen).ms > seen.ms) at--;
  if (recent.some(({ id }) => id === seen.id)) return false;
  recent.splice(at, 0, seen);
  return true;
}

/** Where the earliest window begins that fulfils the condition: the index of its first event; -1 if none does. */
export function earliestWindow(recent: readonly Seen[], condition: Condition): number {
  switch (condition.kind) {
    case 'threshold':
      return recent.findIndex(({ ms }, i) => {
        const last = recent[i + condition.count - 1];
        return last !== undefined && last.ms - ms < condition.windowMs;
      });
    case 'distinct_values':
      return earliestDistinct(recent, condition.count, condition.windowMs);
    default:
      return recent.length > 0 ? 0 : -1;
  }
}

function earliestDistinct(recent: readonly Seen[], count: number, windowMs: number): number {
  const inWindow = new Map<string, number>();
  let first = 0;
  for (const { ms, value = '' } of recent) {
    inWindow.set(value, (inWindow.get(value) ?? 0) + 1);
    for (let oldest = recent[first] as Seen; ms - oldest.ms >= windowMs; oldest = recent[first] as Seen) {
      const left = (inWindow.get(oldest.value ?? '') ?? 0) - 1;
      if (left > 0) inWindow.set(oldest.value ?? '', left);
      else inWindow.delete(oldest.value ?? '');
      first++;
    }
    if (inWindow.size >= count) return first;
  }
  return -1;
}
