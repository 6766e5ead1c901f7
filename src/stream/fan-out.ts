/** Sends messages to connections at once, and stops waiting at a deadline: best effort, the pull makes it whole. */
import { causeOf, type Log } from './log.ts';
import type { Gateway, Subscriptions } from './ports.ts';

export interface Message {
  readonly connectionId: string;
  readonly text: string;
}

/** What became of the messages: counts of connections. */
export interface Sent {
  readonly sent: number;
  /** Their rows are deleted: exactly those connections'. */
  readonly gone: number;
  readonly throttled: number;
  readonly failed: number;
  /** Still under way at the deadline. */
  readonly late: number;
}

/** Never throws. */
export type FanOut = (messages: readonly Message[]) => Promise<Sent>;

export interface FanOutOptions {
  readonly subscriptions: Pick<Subscriptions, 'close'>;
  readonly gateway: Pick<Gateway, 'send'>;
  readonly sendDeadlineMs: number;
  readonly log: Log;
  readonly setTimeout?: (run: () => void, ms: number) => unknown;
  readonly clearTimeout?: (timer: never) => void;
}

export function makeFanOut(options: FanOutOptions): FanOut {
  const { subscriptions, gateway, sendDeadlineMs, log } = options;
  const startTimer = options.setTimeout ?? setTimeout;
  const stopTimer = options.clearTimeout ?? clearTimeout;

  return async (messages) => {
    const counts = { sent: 0, gone: 0, throttled: 0, failed: 0, late: messages.length };
    if (messages.length > 0) await beforeDeadline(messages.map((message) => push(message, counts)));
    return { ...counts };
  };

  async function push({ connectionId, text }: Message, counts: Counts) {
    const outcome = await gateway.send(connectionId, text).catch((error) => {
      log('warn', 'push failed', { connectionId, cause: causeOf(error) });
      return 'failed' as const;
    });
    counts.late--;
    counts[outcome === 'too_large' ? 'failed' : outcome]++;
    if (outcome !== 'gone') return;
    await subscriptions.close(connectionId).catch((error) => {
      log('warn', 'gone connection not deleted', { connectionId, cause: causeOf(error) });
    });
  }

  /** One timer for all sends: the slow ones are left behind, and hold up nobody. */
  async function beforeDeadline(pushes: readonly Promise<void>[]) {
    let timer: unknown;
    const deadline = new Promise<void>((resolve) => {
      timer = startTimer(resolve, sendDeadlineMs);
    });
    await Promise.race([Promise.all(pushes), deadline]);
    stopTimer(timer as never);
  }
}

type Counts = { -readonly [K in keyof Sent]: Sent[K] };
