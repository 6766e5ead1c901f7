/** Speaks to viewers through API Gateway's `@connections`.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-how-to-call-websocket-api-connections.html */

import { encode } from '../sigv4/canonical.ts';
import type { Log } from '../stream/log.ts';
import type { Gateway } from '../stream/ports.ts';
import type { HttpResult } from './http/pool.ts';
import { type RequestBody, requestBody } from './http/request-body.ts';
import type { SignedClient } from './http/signed-client.ts';

export interface ConnectionsGatewayOptions {
  /** For the service `execute-api`; its endpoint ends with the stage. */
  readonly client: Pick<SignedClient, 'withHeaders'>;
  readonly log: Log;
  /** The whole of a send, waiting and a second try included. */
  readonly timeoutMs?: number;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

export function makeConnectionsGateway(options: ConnectionsGatewayOptions): Gateway {
  const { log, timeoutMs = 1_500, now = Date.now, random = Math.random, wait = pause } = options;
  const call = options.client.withHeaders({ 'content-type': 'application/octet-stream' });
  const budget = makeRetryBudget();
  const readyBody = makeBodies();
  const tell = sparing(log, now);

  return {
    async send(connectionId, message) {
      const untilMs = now() + timeoutMs;
      const path = pathOf(connectionId);
      const body = readyBody(message);
      let result = await call('POST', path, timeoutMs, body);
      let outcome = outcomeOf(result);
      if (outcome === 'sent') budget.earn();
      else if (isWorthAnotherTry(result) && budget.spend()) {
        // Nobody else waits meanwhile: the connection to API Gateway is free again.
        await wait(BACK_OFF_MS * (0.2 + 0.8 * random()));
        result = await call('POST', path, Math.max(1, untilMs - now()), body);
        outcome = outcomeOf(result);
      }
      if (outcome === 'failed') tell('push failed', causeOfResult(result));
      return outcome;
    },

    /** API Gateway gives viewers no code or reason of ours. */
    async close(connectionId) {
      const result = await call('DELETE', pathOf(connectionId), timeoutMs);
      const outcome = outcomeOf(result);
      if (outcome !== 'sent' && outcome !== 'gone') tell('connection not closed', causeOfResult(result));
    },
  };
}

type Outcome = Awaited<ReturnType<Gateway['send']>>;

function outcomeOf(result: HttpResult): Outcome {
  if (result.kind === 'unanswered') return 'failed';
  if (result.status >= 200 && result.status < 300) return 'sent';
  return OUTCOMES[result.status] ?? 'failed';
}

const OUTCOMES: Readonly<Record<number, Outcome>> = { 410: 'gone', 413: 'too_large', 429: 'throttled' };

/** 429 is the account's rate or this viewer's full buffer: both may pass. No answer took its time already. */
function isWorthAnotherTry(result: HttpResult): boolean {
  return result.kind === 'answered' && (result.status === 429 || result.status >= 500);
}

/** Ids end with `=`; the path is sent as the SDKs send it. */
function pathOf(connectionId: string): string {
  return `/@connections/${encode(connectionId)}`;
}

/** Second tries are for the few: when most sends fail, trying twice makes it worse. A try costs what ten good sends earn. */
function makeRetryBudget() {
  let left = RETRIES_AHEAD;
  return {
    earn: () => {
      left = Math.min(RETRIES_AHEAD, left + 0.1);
    },
    spend: () => {
      if (left < 1) return false;
      left--;
      return true;
    },
  };
}

/** A broadcast sends few texts to many: each is hashed once. */
function makeBodies(): (message: string) => RequestBody {
  const bodies = new Map<string, RequestBody>();
  return (message) => {
    const known = bodies.get(message);
    if (known) return known;
    if (bodies.size >= KEPT_BODIES) bodies.clear();
    const body = requestBody(message);
    bodies.set(message, body);
    return body;
  };
}

/** One line a cause in ten seconds: a thousand sends fail alike. */
function sparing(log: Log, now: () => number): (message: string, cause: string) => void {
  let told = new Set<string>();
  let sinceMs = 0;
  return (message, cause) => {
    if (now() - sinceMs > QUIET_MS) {
      told = new Set();
      sinceMs = now();
    }
    const key = `${message} ${cause}`;
    if (told.has(key)) return;
    told.add(key);
    log('warn', message, { cause });
  };
}

function causeOfResult(result: HttpResult): string {
  if (result.kind === 'unanswered') return result.reason;
  return result.status === 403
    ? '403: the role may not execute-api:ManageConnections, or the endpoint lacks its stage'
    : String(result.status);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const BACK_OFF_MS = 250;
const RETRIES_AHEAD = 50;
const KEPT_BODIES = 64;
const QUIET_MS = 10_000;
