/** DynamoDB without the SDK: for Lambdas whose start counts. */

import { readJsonError } from '../http/json-error.ts';
import type { HttpResult } from '../http/pool.ts';
import { requestBody } from '../http/request-body.ts';
import type { SignedCall, SignedClient } from '../http/signed-client.ts';
import type { DynamoCall, Operations } from './call.ts';
import { fromWire, toWire } from './wire.ts';

export interface LeanCallOptions {
  /** For the service `dynamodb`. */
  readonly client: Pick<SignedClient, 'withHeaders'>;
  readonly now?: () => number;
  readonly random?: () => number;
  readonly wait?: (ms: number) => Promise<void>;
}

/** DynamoDB's JSON protocol. A throttle, a fault of the service or a lost connection is tried once more within
 * `timeoutMs` (1,500 unless told): so a write may be done twice, as with the SDKs.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html */
export function leanCall(options: LeanCallOptions): DynamoCall {
  const { client, now = Date.now, random = Math.random, wait = pause } = options;
  const calls = new Map<keyof Operations, SignedCall>();
  const callOf = (operation: keyof Operations): SignedCall => {
    const known = calls.get(operation);
    if (known) return known;
    const made = client.withHeaders({
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${operation}`,
    });
    calls.set(operation, made);
    return made;
  };
  return async (operation, input, { timeoutMs = TIMEOUT_MS } = {}) => {
    const untilMs = now() + timeoutMs;
    const call = callOf(operation);
    const body = requestBody(toWire(input));
    const first = await call('POST', '/', timeoutMs / 2, body);
    const outcome = isWorthAnotherTry(first) ? await again() : first;
    if (outcome.kind === 'answered' && outcome.status === 200)
      return fromWire(outcome.body.toString()) as never;
    throw errorOf(operation, outcome);

    async function again(): Promise<HttpResult> {
      await wait(BACK_OFF_MS * random());
      return call('POST', '/', Math.max(1, untilMs - now()), body);
    }
  };
}

function isWorthAnotherTry(result: HttpResult): boolean {
  if (result.kind === 'unanswered' || result.status >= 500) return true;
  return result.status === 400 && THROTTLES.has(readJsonError(result.body).name);
}

const THROTTLES = new Set([
  'ProvisionedThroughputExceededException',
  'RequestLimitExceeded',
  'ThrottlingException',
  'TransactionInProgressException',
]);

/** Named as DynamoDB names it, with what it says besides: `CancellationReasons`, the `Item` in the way. */
function errorOf(operation: string, result: HttpResult): Error {
  if (result.kind === 'unanswered') {
    const error = new Error(`${operation}: ${result.reason}`);
    error.name = 'ConnectionError';
    return error;
  }
  const { name, message, ...more } = readJsonError(result.body, fromWire);
  const error = new Error(message || `${operation} answered ${result.status}`);
  error.name = name || `Http${result.status}`;
  return Object.assign(error, more);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const TIMEOUT_MS = 1_500;
const BACK_OFF_MS = 100;
