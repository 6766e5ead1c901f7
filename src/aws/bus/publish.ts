/** Puts events on an EventBridge bus: each entry is safe only when its own outcome says so.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
import type { Publish } from '../../stream/ports.ts';

/** As the API names its fields. */
export interface PutEntry {
  readonly EventBusName: string;
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
  readonly Time?: Date;
}

/** One request: what the bus said of each entry, in order, or why it said nothing. Never throws. */
export type PutCall = (
  entries: readonly PutEntry[],
  timeoutMs: number,
) => Promise<
  | { readonly kind: 'answered'; readonly entries: readonly PutResult[] }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string }
>;

export interface PutResult {
  readonly EventId?: string | undefined;
  readonly ErrorCode?: string | undefined;
  readonly ErrorMessage?: string | undefined;
}

export interface PublishOptions {
  /** Name or ARN. */
  readonly busName: string;
  readonly call: PutCall;
  /** For all tries together. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

type Entry = Parameters<Publish>[0][number];
type Published = Awaited<ReturnType<Publish>>[number];

/** Entries that the bus could not take are sent again, alone, three times at most; an answer that was lost may so put
 * an event twice, which its `id` makes harmless. Never throws: what stays out is refused with EventBridge's code, or
 * `Unreachable`. */
export function makePublish(options: PublishOptions): Publish {
  const { busName, call, timeoutMs = 3_000, now = Date.now, random = Math.random, wait = pause } = options;

  return async (entries) => {
    const untilMs = now() + timeoutMs;
    const outcomes = new Array<Published | undefined>(entries.length);
    let pending = entries.map((entry, at) => sized(entry, at, busName));
    for (let attempt = 1; pending.length > 0; attempt++) {
      await Promise.all(chunksOf(pending).map((chunk) => put(chunk, outcomes, untilMs)));
      pending = pending.filter(({ at }) => mayBeTaken(outcomes[at]));
      if (attempt === TRIES || now() >= untilMs) break;
      if (pending.length > 0) await wait(random() * BACK_OFF_MS * 2 ** attempt);
    }
    return outcomes as readonly Published[];
  };

  async function put(chunk: readonly Sized[], outcomes: (Published | undefined)[], untilMs: number) {
    const answer = await call(
      chunk.map(({ entry }) => entry),
      Math.max(1, untilMs - now()),
    );
    for (const [i, { at }] of chunk.entries())
      outcomes[at] =
        answer.kind === 'answered'
          ? outcomeOf(answer.entries[i])
          : { kind: 'refused', code: answer.code, message: answer.message };
  }
}

function outcomeOf(result?: PutResult): Published {
  if (result?.EventId) return { kind: 'accepted', busId: result.EventId };
  return {
    kind: 'refused',
    code: result?.ErrorCode ?? 'InternalFailure',
    message: result?.ErrorMessage ?? 'the bus gave no outcome',
  };
}

/** Whether another try may mend it. */
export function mayBeTaken(outcome: Published | undefined): boolean {
  return outcome?.kind === 'refused' && PASSING.has(outcome.code);
}

/** The code of a request that got no answer. */
export const UNREACHABLE = 'Unreachable';

/** What another try may mend; anything else is about the entry or the caller. */
const PASSING = new Set([
  'InternalFailure',
  'InternalException',
  'InternalServerError',
  'ServiceUnavailable',
  'ServiceUnavailableException',
  'ThrottlingException',
  'ThrottledException',
  'RequestLimitExceeded',
  UNREACHABLE,
]);

interface Sized {
  /** Its place among the entries. */
  readonly at: number;
  readonly entry: PutEntry;
  readonly bytes: number;
}

/** As EventBridge counts: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
function sized({ source, detailType, detail, time }: Entry, at: number, busName: string): Sized {
  const text = JSON.stringify(detail) ?? 'null';
  const bytes = Buffer.byteLength(source) + Buffer.byteLength(detailType) + Buffer.byteLength(text);
  return {
    at,
    bytes: bytes + (time === undefined ? 0 : TIME_BYTES),
    entry: {
      EventBusName: busName,
      Source: source,
      DetailType: detailType,
      Detail: text,
      ...(time === undefined ? {} : { Time: new Date(time) }),
    },
  };
}

/** In order; one entry that is too large goes alone, so that its refusal is its own. */
function chunksOf(entries: readonly Sized[]): readonly (readonly Sized[])[] {
  const chunks: Sized[][] = [];
  let room = 0;
  for (const entry of entries) {
    const last = chunks.at(-1);
    if (last && last.length < MAX_ENTRIES && entry.bytes <= room) last.push(entry);
    else {
      chunks.push([entry]);
      room = MAX_BYTES;
    }
    room -= entry.bytes;
  }
  return chunks;
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const TIME_BYTES = 14;
const MAX_ENTRIES = 10;
/** The documents say 1 MB without saying which: the smaller one fits both. */
const MAX_BYTES = 1_000_000;
const TRIES = 4;
const BACK_OFF_MS = 50;
