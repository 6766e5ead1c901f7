/** A message that was given up, with its reason, waiting for a person. */
import type { BusEvent } from '../bus-event.ts';
import type { Replays } from './replays.ts';

export interface DeadLetter {
  readonly messageId: string;
  /** The one that it died in, and that it goes back to. */
  readonly queue: string;
  readonly reason: string;
  readonly detail?: string;
  /** What the vendor answered, where it did. */
  readonly status?: number;
  readonly receiveCount: number;
  readonly acceptedAtMs: number;
  readonly deadAtMs: number;
  /** How often it was sent back before it died again. */
  readonly replays?: Replays;
  readonly event: BusEvent;
  /** What lay there is no event of the bus: `event` has it as its detail, as text. */
  readonly isForeign?: true;
}

/** What is told of a letter in a list: never the event, which may be large, and was refused. */
export interface LetterSummary {
  readonly messageId: string;
  readonly queue: string;
  readonly reason: string;
  readonly detail?: string;
  readonly status?: number;
  readonly receiveCount: number;
  readonly acceptedAtMs: number;
  readonly deadAtMs: number;
  /** How often it was replayed. */
  readonly replayed?: number;
  readonly source: string;
  readonly eventId?: string;
  readonly action?: string;
  readonly tenantId?: string;
}

export function summaryOf(letter: DeadLetter): LetterSummary {
  const { messageId, queue, receiveCount, acceptedAtMs, deadAtMs, status, replays, event } = letter;
  const eventId = eventIdOf(letter);
  const action = textIn(letter, 'action');
  const tenantId = tenantOf(letter);
  return {
    messageId,
    queue,
    reason: short(letter.reason),
    ...(letter.detail !== undefined && { detail: short(letter.detail) }),
    ...(status !== undefined && { status }),
    receiveCount,
    acceptedAtMs,
    deadAtMs,
    ...(replays !== undefined && { replayed: replays.count }),
    source: short(event.source),
    ...(eventId !== undefined && { eventId: short(eventId) }),
    ...(action !== undefined && { action: short(action) }),
    ...(tenantId !== undefined && { tenantId: short(tenantId) }),
  };
}

export function tenantOf(letter: DeadLetter): string | undefined {
  return textIn(letter, 'tenantId');
}

export function eventIdOf(letter: DeadLetter): string | undefined {
  return textIn(letter, 'id');
}

export function actionOf(letter: DeadLetter): string | undefined {
  return textIn(letter, 'action');
}

function textIn({ event: { detail } }: DeadLetter, field: string): string | undefined {
  if (typeof detail !== 'object' || detail === null) return undefined;
  const value = (detail as Readonly<Record<string, unknown>>)[field];
  return typeof value === 'string' ? value : undefined;
}

const CHARS = 256;
const short = (text: string) => text.slice(0, CHARS).toWellFormed();
