/** One invocation while it lasts, as the middleware knows it. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Source } from '../domain/event/audit-event.ts';
import type { BusinessEvent, Carried } from './business-event.ts';
import type { Invocation } from './running-in.ts';
import type { Facts } from './sources/facts.ts';

/** The part of middy's request that is read. */
export interface Request {
  readonly event: unknown;
  readonly context: Invocation;
  response?: unknown;
  readonly error?: unknown;
}

export interface Run {
  readonly request: Request;
  /** Lambda's; empty where there is none. */
  readonly requestId: string;
  readonly startedAtMs: number;
  readonly startedMs: number;
  /** The middleware's own part of the time before the handler. */
  beforeMs: number;
  /** How often middy has set the response before there was an error: when the handler has answered, and (to nothing)
   * when something threw. */
  responses: number;
  isOver: boolean;
  timer?: NodeJS.Timeout;
  /** What is found out once and used by every event of the run. */
  id?: string;
  source?: Source;
  facts?: Facts;
  /** Chosen when it was handed on. */
  correlationId?: string;
  say(event: BusinessEvent): string | undefined;
  carry(): Carried;
}

/** The run that the code now running belongs to, for `audit.record`. */
export const currentRun = new AsyncLocalStorage<Run>();

/** Sees each response that middy sets: a middleware that answers early skips every `after`, ours too.
 * `answered` is called then, with nothing of ours left to come. */
export function watchResponses(run: Run, answered: () => void): void {
  const { request } = run;
  let { response } = request;
  Object.defineProperty(request, 'response', {
    configurable: true,
    enumerable: true,
    get: () => response,
    set(value: unknown) {
      response = value;
      if (request.error === undefined) run.responses++;
      // https://middy.js.org/docs/intro/early-interrupt
      if ('earlyResponse' in request) answered();
    },
  });
}
