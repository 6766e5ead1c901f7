/** What a person must know of an alert, in words: the same in a message's layout and in its text. */
import type { Alert, AlertSample } from '../../domain/alert/alert.ts';
import { line } from './escape.ts';

/** The title behind what it is now: a colour for who looks, the word for who reads or listens. */
export function headline({ status, severity, title }: Alert, max: number): string {
  const [sign, word] =
    status === 'resolved'
      ? ['✅', 'Resolved']
      : status === 'acknowledged'
        ? ['👀', 'Acknowledged']
        : FIRING[severity];
  const start = `${sign} ${word}: `;
  return `${start}${line(title, max - start.length)}`;
}

const FIRING: Readonly<Record<Alert['severity'], readonly [string, string]>> = {
  critical: ['🔴', 'Critical'],
  high: ['🟠', 'High'],
  medium: ['🟡', 'Medium'],
  low: ['🔵', 'Low'],
  info: ['⚪', 'Info'],
};

/** What it is now, and by whom; `value` shows what a person or a program named. */
export function stateOf(alert: Alert, value: (text: string) => string): string {
  const { status, acknowledgedBy, resolvedBy } = alert;
  if (status === 'acknowledged') return `Acknowledged${by(acknowledgedBy, value)}`;
  if (status === 'firing') return 'Firing';
  if (resolvedBy?.kind === 'quiet') return 'Resolved: nothing came for a while';
  if (resolvedBy?.kind === 'event') return `Resolved by the event ${value(resolvedBy.eventId)}`;
  if (resolvedBy?.kind === 'rule') return 'Resolved: its rule was taken away';
  return `Resolved${by(resolvedBy, value)}`;
}

function by(
  person: { readonly id: string; readonly name?: string } | undefined,
  value: (text: string) => string,
): string {
  return person ? ` by ${value(person.name || person.id)}` : '';
}

export function eventsOf({ count }: Alert): string {
  return count === 0 ? 'none came' : String(count);
}

/** To the second and in UTC, as in the trail: people of one team are in many time zones. */
export function timeOf(timestamp: string): string {
  return `${timestamp.slice(0, 19).replace('T', ' ')} UTC`;
}

/** The latest of the events that the notice brings, one line each and the oldest first. */
export function sampleLines({ samples = [] }: Alert, max: number): readonly string[] {
  return samples.slice(-SAMPLES).map((sample) => line(sampleText(sample), max));
}

function sampleText({ occurredAt, action, outcome, actor, message }: AlertSample): string {
  const who = `${actor.name || actor.id} (${actor.type})`;
  return `${timeOf(occurredAt)}  ${who}  ${action}  ${outcome}${message ? `  ${message}` : ''}`;
}

/** What a thread says so that people hear of it; nothing for what they need not hear. */
export function replyOf(alert: Alert, value: (text: string) => string): string | undefined {
  const { change, status, count, lastAt } = alert;
  if (change === 'acknowledged' || change === 'resolved') return `${stateOf(alert, value)}.`;
  if (change !== 'repeated') return undefined;
  const still = status === 'firing' ? 'Still firing' : stateOf(alert, value);
  return count === 0 ? `${still}.` : `${still}: ${count} events so far, the last at ${timeOf(lastAt)}.`;
}

/** Enough to see what it is about; the page has the others. */
const SAMPLES = 5;
