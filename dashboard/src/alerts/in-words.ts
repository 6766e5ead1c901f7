/** What is said of alerts, in words: their status, how they came to it, how long ago, what a silence is about. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { AlertStep } from '../../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import type { Quiet } from './quiet.ts';

interface Person {
  readonly id: string;
  readonly name?: string;
}

export const nameOf = ({ id, name }: Person) => name ?? id;

export function statusInWords({ status, acknowledgedBy }: Alert): string {
  switch (status) {
    case 'firing':
      return 'firing';
    case 'acknowledged':
      return acknowledgedBy ? `acknowledged by ${nameOf(acknowledgedBy)}` : 'acknowledged';
    case 'resolved':
      return 'resolved';
  }
}

/** Why nobody outside the page hears of it. */
export function quietInWords({ kind, id, silence }: Quiet, timeOf: (ms: number) => string): string {
  switch (kind) {
    case 'silence':
      return silence
        ? `silenced by ${nameOf(silence.author)} until ${timeOf(Date.parse(silence.until))}`
        : 'silenced';
    case 'maintenance':
      return `held back: planned work “${id}”`;
    case 'inhibition':
      return 'held back: a graver alert of the same is open';
  }
}

/** Why it is over. */
export function endInWords({ resolvedBy }: Alert): string {
  switch (resolvedBy?.kind) {
    case 'quiet':
      return 'nothing came for a while';
    case 'rule':
      return 'its rule was changed or taken away';
    case 'event':
      return 'an event said that it is over';
    case 'person':
      return `by ${nameOf(resolvedBy)}`;
    case undefined:
      return '';
  }
}

/** One entry of a life: several updates in a row are one. */
export interface Chapter {
  readonly step: AlertStep;
  /** How many notices it stands for. */
  readonly times: number;
  /** Notices before it that are not kept: of a long life those in the middle are left out. */
  readonly leftOut: number;
}

export function chaptersOf(steps: readonly AlertStep[]): readonly Chapter[] {
  const chapters: Chapter[] = [];
  for (const step of steps) {
    const last = chapters.at(-1);
    const leftOut = last ? step.sequence - last.step.sequence - 1 : step.sequence - 1;
    const isSame =
      last?.step.change === 'merged' &&
      step.change === 'merged' &&
      leftOut === 0 &&
      sameEars(last.step, step);
    if (isSame) chapters[chapters.length - 1] = { ...last, step, times: last.times + 1 };
    else chapters.push({ step, times: 1, leftOut });
  }
  return chapters;
}

function sameEars(a: AlertStep, b: AlertStep): boolean {
  return (
    a.suppressedBy?.id === b.suppressedBy?.id &&
    [...a.channels].sort().join() === [...b.channels].sort().join()
  );
}

export function changeInWords({ step, times }: Omit<Chapter, 'leftOut'>, alert: Alert): string {
  const { change, by } = step;
  switch (change) {
    case 'fired':
      return 'Fired';
    case 'merged':
      return times === 1 ? 'More events' : `More events, told ${times} times`;
    case 'repeated':
      return 'Said again: it lasts';
    case 'acknowledged':
      return by ? `Acknowledged by ${nameOf(by)}` : 'Acknowledged';
    case 'resolved': {
      const why = by ? `by ${nameOf(by)}` : endInWords(alert);
      return why === '' ? 'Resolved' : `Resolved: ${why}`;
    }
  }
}

/** `4 s`, `12 min`, `3 h 5 min`, `2 d`. */
export function ageInWords(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 24) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

export function eventsInWords(count: number): string {
  if (count === 0) return 'no event';
  return count === 1 ? '1 event' : `${count.toLocaleString()} events`;
}

/** What was heard while one looked elsewhere, for who listens. */
export function firedInWords(fired: readonly Alert[]): string {
  const [first] = fired;
  if (first === undefined) return '';
  if (fired.length === 1) return `New alert, ${first.severity}: ${first.title}`;
  return `${fired.length} new alerts; the gravest, ${first.severity}: ${first.title}`;
}

/** How a silence ended, or until when it lasts. */
export function silenceEndInWords(
  { until, endedBy }: Silence,
  isOn: boolean,
  timeOf: (ms: number) => string,
): string {
  const at = timeOf(Date.parse(until));
  if (endedBy) return `ended ${at} by ${nameOf(endedBy)}`;
  return isOn ? `until ${at}` : `ended ${at}`;
}

/** An address that may be followed: `javascript:` and the like are text. */
export function safeHref(url: string | undefined): string | undefined {
  if (url === undefined || !URL.canParse(url)) return undefined;
  return /^https?:$/.test(new URL(url).protocol) ? url : undefined;
}
