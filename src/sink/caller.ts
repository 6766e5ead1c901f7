/** Calls one destination: with its secrets as they are now, only while it can be called, and judged by one table. */
import { causeOf, type Log } from '../stream/log.ts';
import type { Outcome } from '../stream/ports.ts';
import { type Breaker, MISCONFIGURED_MS, makeBreaker } from './breaker.ts';
import { lookAt } from './check.ts';
import type { Destination } from './destination.ts';
import { type Answer, judgeStatus, judgeUnanswered } from './judge-status.ts';
import { prepare } from './prepare.ts';
import type { Secrets } from './secrets.ts';
import type { Send, Unanswered } from './send.ts';
import type { SinkRequest } from './sink.ts';
import type { Again, Verdict } from './verdict.ts';

export type Settings = Readonly<Record<string, unknown>>;

/** One request as it went: for people who look on. Neither address nor body, which may be secret. */
export interface Attempt {
  readonly destination: string;
  readonly atMs: number;
  readonly durationMs: number;
  /** Of the events or notices in it; whose they are, and how often their messages have been received. */
  readonly ids: readonly string[];
  readonly tenantIds: readonly string[];
  readonly tries: readonly number[];
  readonly bytes: number;
  /** What the vendor answered, or why there was no answer. */
  readonly answer: { readonly status: number } | { readonly reason: string };
  /** One an id, in their order. */
  readonly outcomes: readonly Verdict[];
}

export interface CallerOptions {
  readonly destination: Destination;
  readonly send: Send;
  readonly secrets: Secrets;
  readonly log: Log;
  readonly now: () => number;
  readonly random: () => number;
  readonly note: (name: string, count: number) => void;
  readonly onAttempt?: ((attempt: Attempt) => void) | undefined;
  /** Its own, unless somebody else looks at it too. */
  readonly breaker?: Breaker | undefined;
}

export interface Call extends Pick<Attempt, 'ids' | 'tenantIds' | 'tries'> {
  /** Made anew for each try: the settings hold the secrets. */
  request(settings: Settings): SinkRequest;
  /** Told every answer that took the request. */
  onTaken?(answer: Answer): void;
  /** In which other ways it can be put: only these are answered by `again`. */
  readonly ways?: readonly Again['way'][];
}

export interface Caller {
  /** Undefined when a secret cannot be had at all. */
  readSettings(): Promise<Settings | undefined>;
  /** One request, and once more if the key was refused and may have been changed meanwhile. Never throws. */
  attempt(call: Call, untilMs: number): Promise<Verdict | readonly Verdict[]>;
}

export function makeCaller(options: CallerOptions): Caller {
  const { destination, send, secrets, log, now, random, note, onAttempt } = options;
  const { sink, name } = destination;
  const breaker = options.breaker ?? makeBreaker({ now, random });
  let isPrepared = sink.prepare === undefined;
  let nextCheckMs = Number.NEGATIVE_INFINITY;

  return {
    readSettings,
    async attempt(request, untilMs) {
      const first = await call(request, untilMs);
      if ('kind' in first && first.kind === 'misconfigured' && mayBeRotated(first) && secrets.refuse())
        return settle(await call(request, untilMs));
      return settle(first);
    },
  };

  async function readSettings(): Promise<Settings | undefined> {
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

  /** Whatever the vendor said: a token, or an address that is a secret, may have been changed since it was read. */
  function mayBeRotated({ status }: { readonly status?: number }): boolean {
    return Object.keys(destination.secrets).length > 0 && status !== undefined;
  }

  async function call(
    { ids, tenantIds, tries, request, onTaken, ways = [] }: Call,
    untilMs: number,
  ): Promise<Verdict | readonly Verdict[]> {
    const closed = breaker.closed();
    if (closed) {
      const afterMs = Math.max(0, closed.untilMs - now());
      return { kind: closed.kind, reason: closed.reason, afterMs: afterMs * (1 + random() / 4) };
    }
    if (leftMs(untilMs) < MIN_CALL_MS) return NO_TIME;
    const settings = await readSettings();
    if (settings === undefined) return misconfigured('secret_unreadable');
    const unfit = sink.unfit?.(settings);
    if (unfit !== undefined) return { kind: 'misconfigured', reason: unfit };
    if (!isPrepared) {
      const failed = await prepare(sink.prepare?.(settings) ?? [], send, {
        now,
        timeoutMs: () => leftMs(untilMs),
      });
      if (failed) return failed;
      isPrepared = true;
    }
    const amiss = await check(settings, untilMs);
    if (amiss) return amiss;
    const made = request(settings);
    const atMs = now();
    const answer = await send(made, leftMs(untilMs));
    const verdict = verdictOf(answer, ids.length, ways);
    if (answer.kind === 'answered' && 'kind' in verdict && verdict.kind === 'delivered') onTaken?.(answer);
    onAttempt?.({
      destination: name,
      atMs,
      durationMs: now() - atMs,
      ids,
      tenantIds,
      tries,
      bytes: Buffer.byteLength(made.body),
      answer: answer.kind === 'answered' ? { status: answer.status } : { reason: answer.reason },
      outcomes: 'kind' in verdict ? ids.map(() => verdict) : verdict,
    });
    return verdict;
  }

  /** Why no message may go. What is amiss is looked at again with the next one. */
  async function check(settings: Settings, untilMs: number): Promise<Verdict | undefined> {
    const due = now() >= nextCheckMs ? sink.check?.(settings) : undefined;
    if (!due) return undefined;
    const found = await lookAt(due, send, leftMs(untilMs), (answer) => verdictOf(answer, 1));
    if (found !== undefined && found.kind !== 'noted') return found;
    nextCheckMs = now() + due.everyMs;
    if (found) {
      note(found.name, found.count);
      log('warn', 'the destination is not as it should be', { destination: name, ...found });
    }
    return undefined;
  }

  function leftMs(untilMs: number): number {
    return Math.max(1, Math.min(CALL_MS, untilMs - now()));
  }

  function verdictOf(
    answer: Answer | Unanswered,
    count: number,
    ways: readonly Again['way'][] = [],
  ): Verdict | readonly Verdict[] {
    if (answer.kind === 'unanswered') return judgeUnanswered(answer);
    const verdict = sink.judge?.(answer, count, now()) ?? judgeStatus(answer, now());
    if (!('kind' in verdict)) return common(verdict);
    return verdict.kind === 'again' && !ways.includes(verdict.way) ? verdict.otherwise : verdict;
  }

  /** Tells the breaker: only what is about the destination, never what is about a message. */
  function settle(verdict: Verdict | readonly Verdict[]): Verdict | readonly Verdict[] {
    const whole = 'kind' in verdict ? verdict : undefined;
    if (breaker.closed() || verdict === NO_TIME) return verdict;
    if (whole?.kind === 'retry') {
      breaker.failed(whole.reason, whole.afterMs);
      const { reason, afterMs } = whole;
      log('warn', 'the destination cannot take it now', { destination: name, reason, afterMs });
    } else if (whole?.kind === 'misconfigured') {
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

/** A person has to mend it: looked at again when a breaker would. */
export function misconfigured(reason: string): Extract<Outcome, { kind: 'misconfigured' }> {
  return { kind: 'misconfigured', reason, afterMs: MISCONFIGURED_MS };
}

const NO_TIME: Verdict = { kind: 'retry', reason: 'no_time_left', afterMs: 0 };
/** No vendor of ours takes longer over a request that it will answer. */
const CALL_MS = 15_000;
const MIN_CALL_MS = 200;
