/** Brings the messages of a queue to a destination: one outcome each, whatever happens to requests, chunks and keys. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { type Producers, readBusDetail } from '../stream/bus-detail.ts';
import { causeOf, type Log } from '../stream/log.ts';
import type { Consumer, Outcome, QueueMessage } from '../stream/ports.ts';
import { MISCONFIGURED_MS, makeBreaker } from './breaker.ts';
import { chunksOf } from './chunks.ts';
import type { Destination } from './destination.ts';
import { type Answer, judgeStatus } from './judge-status.ts';
import { omitFrom } from './omit.ts';
import { prepare } from './prepare.ts';
import { PRIVATE_ADDRESS } from './public-address.ts';
import type { Secrets } from './secrets.ts';
import type { Send, Unanswered } from './send.ts';
import type { Verdict } from './verdict.ts';

export interface DeliverOptions {
  readonly destination: Destination;
  readonly send: Send;
  readonly secrets: Secrets;
  readonly log: Log;
  /** For all calls of one batch together. */
  readonly budgetMs: number;
  /** Told how many items had something done to them, by name. */
  readonly note?: (name: string, count: number) => void;
  readonly producers?: Producers;
  readonly now?: () => number;
  readonly random?: () => number;
}

interface Part {
  readonly at: number;
  readonly text: string;
  readonly bytes: number;
  readonly key?: string | undefined;
}

export function makeDeliver(options: DeliverOptions): Consumer {
  const {
    destination,
    send,
    secrets,
    log,
    budgetMs,
    producers,
    now = Date.now,
    random = Math.random,
  } = options;
  const { sink, name } = destination;
  const { limits } = sink;
  const breaker = makeBreaker({ now, random });
  let isPrepared = sink.prepare === undefined;

  return async (messages) => {
    const untilMs = now() + budgetMs;
    const outcomes = new Array<Outcome | undefined>(messages.length);
    const settings = await readSettings();
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

  function partOf(message: QueueMessage, settings: Record<string, unknown>): Omit<Part, 'at'> | Outcome {
    const read = readBusDetail(message.event, producers);
    if (read.kind === 'refused') return { kind: 'rejected', reason: read.reason, detail: read.detail };
    const event = omitFrom(read.event, destination.omit) as AuditEvent;
    const item = sink.item(event, settings, now());
    if (item.kind === 'rejected') return item;
    const bytes = Buffer.byteLength(item.text);
    if (bytes > limits.itemBytes)
      return {
        kind: 'rejected',
        reason: 'too_large',
        detail: `${bytes} bytes, and ${sink.title} takes ${limits.itemBytes}: omit fields of this destination`,
      };
    if (item.note !== undefined) options.note?.(item.note, 1);
    return { text: item.text, bytes, key: item.key };
  }

  /** Undefined when a secret cannot be had at all. */
  async function readSettings(): Promise<Record<string, unknown> | undefined> {
    try {
      const read = await Promise.all(
        Object.entries(destination.secrets).map(async ([option, ref]) => [option, await secrets.get(ref)]),
      );
      return { ...destination.settings, ...Object.fromEntries(read) };
    } catch (error) {
      log('error', 'a secret cannot be read', { destination: name, cause: causeOf(error) });
      breaker.misconfigured('secret_unreadable');
      return undefined;
    }
  }

  async function deliver(
    parts: readonly Part[],
    outcomes: (Outcome | undefined)[],
    untilMs: number,
  ): Promise<void> {
    const verdict = await attempt(parts, untilMs);
    const verdicts: readonly Verdict[] = 'kind' in verdict ? parts.map(() => verdict) : verdict;
    const again = parts.filter((_, i) => verdicts[i]?.kind === 'split');
    for (const [i, part] of parts.entries()) outcomes[part.at] = settled(verdicts[i], again.length);
    if (again.length < 2) return;
    const half = Math.ceil(again.length / 2);
    await deliver(again.slice(0, half), outcomes, untilMs);
    await deliver(again.slice(half), outcomes, untilMs);
  }

  /** One request, and once more if the key was refused and may have been changed meanwhile. */
  async function attempt(parts: readonly Part[], untilMs: number): Promise<Verdict | readonly Verdict[]> {
    const first = await call(parts, untilMs);
    if ('kind' in first && first.kind === 'misconfigured' && mayBeRotated(first) && secrets.refuse())
      return settle(await call(parts, untilMs));
    return settle(first);
  }

  function mayBeRotated({ status }: { readonly status?: number }): boolean {
    return Object.keys(destination.secrets).length > 0 && (status === 401 || status === 403);
  }

  async function call(parts: readonly Part[], untilMs: number): Promise<Verdict | readonly Verdict[]> {
    const closed = breaker.closed();
    if (closed) {
      const afterMs = Math.max(0, closed.untilMs - now());
      return { kind: closed.kind, reason: closed.reason, afterMs: afterMs * (1 + random() / 4) };
    }
    if (leftMs(untilMs) < MIN_CALL_MS) return NO_TIME;
    const settings = await readSettings();
    if (settings === undefined) return misconfigured('secret_unreadable');
    if (!isPrepared) {
      const failed = await prepare(sink.prepare?.(settings) ?? [], send, {
        now,
        timeoutMs: () => leftMs(untilMs),
      });
      if (failed) return failed;
      isPrepared = true;
    }
    const request = sink.request(parts, settings, now());
    return verdictOf(await send(request, leftMs(untilMs)), parts.length);
  }

  function leftMs(untilMs: number): number {
    return Math.max(1, Math.min(CALL_MS, untilMs - now()));
  }

  function verdictOf(answer: Answer | Unanswered, count: number): Verdict | readonly Verdict[] {
    if (answer.kind === 'unanswered')
      return { kind: answer.reason === PRIVATE_ADDRESS ? 'misconfigured' : 'retry', reason: answer.reason };
    const verdict = sink.judge?.(answer, count) ?? judgeStatus(answer, now());
    return 'kind' in verdict ? verdict : common(verdict);
  }

  /** Tells the breaker: only what is about the destination, never what is about a message. */
  function settle(verdict: Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
    const whole = 'kind' in verdict ? verdict : undefined;
    if (breaker.closed() || verdict === NO_TIME) return verdict;
    if (whole?.kind === 'retry') breaker.failed(whole.reason, whole.afterMs);
    else if (whole?.kind === 'misconfigured') {
      breaker.misconfigured(whole.reason);
      log('error', 'the destination is set up wrongly', { destination: name, reason: whole.reason });
    } else breaker.answered();
    return verdict;
  }
}

/** When all messages are put off alike it is the destination that cannot. */
function common(verdicts: readonly Verdict[]): Verdict | readonly Verdict[] {
  const [first] = verdicts;
  const isPutOff = first?.kind === 'retry' || first?.kind === 'misconfigured';
  return isPutOff && verdicts.every(({ kind }) => kind === first.kind) ? first : verdicts;
}

/** What a verdict means for one message; `halves` are how many of its request are yet to be sent again. */
function settled(verdict: Verdict | undefined, halves: number): Outcome | undefined {
  if (verdict === undefined) return { kind: 'retry', reason: 'no_verdict' };
  if (verdict.kind !== 'split') return verdict;
  if (halves > 1) return undefined;
  return { kind: 'rejected', reason: verdict.reason, ...(verdict.status && { status: verdict.status }) };
}

function misconfigured(reason: string): Extract<Outcome, { kind: 'misconfigured' }> {
  return { kind: 'misconfigured', reason, afterMs: MISCONFIGURED_MS };
}

const NO_TIME: Verdict = { kind: 'retry', reason: 'no_time_left', afterMs: 0 };
/** No vendor of ours takes longer over a request that it will answer. */
const CALL_MS = 15_000;
const MIN_CALL_MS = 200;
