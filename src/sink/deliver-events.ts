/** Brings events to a destination: one outcome a message, whatever happens to requests and chunks. */
import { type Producers, readBusDetail } from '../stream/bus-detail.ts';
import type { Consumer, Outcome, QueueMessage } from '../stream/ports.ts';
import { type Caller, misconfigured, type Settings } from './caller.ts';
import { chunksOf } from './chunks.ts';
import type { Destination } from './destination.ts';
import { omitFrom } from './omit.ts';
import type { EventSink } from './sink.ts';
import type { Verdict } from './verdict.ts';

export interface DeliverEventsOptions {
  readonly destination: Destination;
  readonly sink: EventSink;
  readonly caller: Caller;
  readonly budgetMs: number;
  readonly note: (name: string, count: number) => void;
  readonly producers: Producers | undefined;
  readonly now: () => number;
}

interface Part {
  readonly at: number;
  readonly id: string;
  readonly tenantId: string;
  readonly tries: number;
  readonly text: string;
  readonly bytes: number;
  readonly key?: string | undefined;
}

export function deliverEvents(options: DeliverEventsOptions): Consumer {
  const { destination, sink, caller, budgetMs, note, producers, now } = options;
  const { limits } = sink;

  return async (messages) => {
    const untilMs = now() + budgetMs;
    const outcomes = new Array<Outcome | undefined>(messages.length);
    const settings = await caller.readSettings();
    if (settings === undefined) return messages.map(() => misconfigured('secret_unreadable'));
    const parts = messages.flatMap((message, at) => {
      const made = partOf(message, settings);
      if ('text' in made) return [{ at, ...made }];
      outcomes[at] = made;
      return [];
    });
    const chunks = chunksOf(parts, limits);
    const takeTurns = async () => {
      for (let chunk = chunks.shift(); chunk; chunk = chunks.shift()) await deliver(chunk, outcomes, untilMs);
    };
    await Promise.all(Array.from({ length: limits.parallel ?? 1 }, takeTurns));
    return outcomes as readonly Outcome[];
  };

  function partOf(message: QueueMessage, settings: Settings): Omit<Part, 'at'> | Outcome {
    const read = readBusDetail(message.event, producers);
    if (read.kind === 'refused') return { kind: 'rejected', reason: read.reason, detail: read.detail };
    if (read.kind === 'alert') return { kind: 'rejected', reason: 'invalid_event', detail: NO_EVENT };
    const item = sink.item(omitFrom(read.event, destination.omit), settings, now());
    if (item.kind === 'rejected') return item;
    const bytes = Buffer.byteLength(item.text);
    if (bytes > limits.itemBytes)
      return {
        kind: 'rejected',
        reason: 'too_large',
        detail: `${bytes} bytes, and ${sink.title} takes ${limits.itemBytes}: omit fields of this destination`,
      };
    if (item.note !== undefined) note(item.note, 1);
    const { id, tenantId } = read.event;
    return { id, tenantId, tries: message.receiveCount, text: item.text, bytes, key: item.key };
  }

  async function deliver(
    parts: readonly Part[],
    outcomes: (Outcome | undefined)[],
    untilMs: number,
  ): Promise<void> {
    const verdict = await caller.attempt(
      {
        ids: parts.map(({ id }) => id),
        tenantIds: parts.map(({ tenantId }) => tenantId),
        tries: parts.map(({ tries }) => tries),
        request: (settings) => sink.request(parts, settings, now()),
      },
      untilMs,
    );
    const verdicts: readonly Verdict[] = 'kind' in verdict ? parts.map(() => verdict) : verdict;
    const again = parts.filter((_, i) => verdicts[i]?.kind === 'split');
    for (const [i, part] of parts.entries()) outcomes[part.at] = settled(verdicts[i], again.length);
    if (again.length < 2) return;
    const half = Math.ceil(again.length / 2);
    await deliver(again.slice(0, half), outcomes, untilMs);
    await deliver(again.slice(half), outcomes, untilMs);
  }
}

/** What a verdict means for one message; `halves` are how many of its request are yet to be sent again. */
export function settled(verdict: Verdict | undefined, halves: number): Outcome | undefined {
  if (verdict === undefined) return { kind: 'retry', reason: 'no_verdict' };
  if (verdict.kind === 'again') return verdict.otherwise;
  if (verdict.kind !== 'split') return verdict;
  if (halves > 1) return undefined;
  return { kind: 'rejected', reason: verdict.reason, ...(verdict.status && { status: verdict.status }) };
}

const NO_EVENT = 'an alert, and this destination takes events';
