/** Answers how destinations do and what was sent to them: figures for any operator, ids only to their tenant. */
import { type DeliveryAttempt, OUTCOME_KINDS } from '../../domain/deliveries.ts';
import { utf8Bytes } from '../../domain/protocol/encode.ts';
import {
  type Check,
  count,
  kindOf,
  name,
  oneOf,
  optional,
  type Shape,
} from '../../domain/protocol/fields.ts';
import type { Answer } from '../acts/answer.ts';
import { mayKnow } from '../dead-letters/may-know.ts';
import { argsFault } from '../dead-letters/read-args.ts';
import type { Limits } from '../limits.ts';
import type { Principal } from '../ports.ts';
import type { Deliveries, KeptAttempt } from './port.ts';

const MAX_LIMIT = 100;

const pageLimit: Check = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_LIMIT
    ? undefined
    : { path, message: `must be a whole number from 1 to ${MAX_LIMIT}, got ${kindOf(value)}` };

const ARGS: Shape = {
  destination: optional(name),
  outcome: optional(oneOf(...OUTCOME_KINDS)),
  after: optional(count),
  before: optional(count),
  limit: optional(pageLimit),
};

interface Args {
  readonly destination?: string;
  /** Attempts in which at least one event had it. */
  readonly outcome?: string;
  /** Only attempts with a higher `n`. */
  readonly after?: number;
  /** Only attempts with a lower `n`. */
  readonly before?: number;
  readonly limit?: number;
}

export interface ListDeliveriesOptions {
  readonly deliveries: Deliveries;
  readonly limits: Pick<Limits, 'frameBytes'>;
}

export function makeListDeliveries({ deliveries, limits }: ListDeliveriesOptions): Answer {
  return async ({ principal }, args) => {
    const fault = argsFault(args, ARGS);
    if (fault) return { fault };
    const all = await deliveries.destinations();
    const destinations = fitting(all, limits.frameBytes / 2);
    const leftOut = all.length - destinations.length;
    const { record } = deliveries;
    if ('note' in record) return { result: { destinations, attempts: [], isKept: false, note: record.note } };
    const room = limits.frameBytes - ENVELOPE_BYTES - utf8Bytes(JSON.stringify(destinations));
    return {
      result: {
        destinations,
        ...pageOf(record.newestFirst(), args as Args, principal, room),
        isKept: true,
        sinceMs: record.sinceMs,
        ...(leftOut > 0 && { note: `${leftOut} more destinations do not fit into one answer.` }),
      },
    };
  };
}

/** The newest that are asked for, as many as fit. */
function pageOf(kept: Iterable<KeptAttempt>, args: Args, principal: Principal, room: number) {
  const { after = -1, before = Infinity, limit = DEFAULT_LIMIT } = args;
  const attempts: DeliveryAttempt[] = [];
  let bytes = 0;
  for (const attempt of kept) {
    if (attempt.n <= after) break;
    if (attempt.n >= before || !isMeant(attempt, args)) continue;
    const told = toldTo(principal, attempt);
    bytes += utf8Bytes(JSON.stringify(told)) + 1;
    if (attempts.length >= limit || bytes > room) return { attempts, next: attempts.at(-1)?.n };
    attempts.push(told);
  }
  return { attempts };
}

function isMeant({ destination, outcomes }: KeptAttempt, wanted: Args): boolean {
  return (
    (wanted.destination === undefined || destination === wanted.destination) &&
    (wanted.outcome === undefined || outcomes.some(({ kind }) => kind === wanted.outcome))
  );
}

function toldTo(principal: Principal, attempt: KeptAttempt): DeliveryAttempt {
  const events = attempt.events.filter(({ tenantId }) => mayKnow(principal, tenantId));
  return { ...attempt, events: events.map(({ id, tries, outcome }) => ({ id, tries, outcome })) };
}

/** Those at the front that fit. */
function fitting<T>(items: readonly T[], maxBytes: number): readonly T[] {
  let bytes = 0;
  const end = items.findIndex((item) => {
    bytes += utf8Bytes(JSON.stringify(item)) + 1;
    return bytes > maxBytes;
  });
  return end < 0 ? items : items.slice(0, end);
}

const DEFAULT_LIMIT = 50;
/** Of the message around the lists. */
const ENVELOPE_BYTES = 512;
