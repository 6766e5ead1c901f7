/** One operation of an AWS service that speaks JSON, without its SDK: for Lambdas whose start counts. */
import { readJsonError } from './json-error.ts';
import type { HttpResult } from './pool.ts';
import { requestBody } from './request-body.ts';
import type { SignedClient } from './signed-client.ts';

export interface JsonCallOptions {
  readonly client: Pick<SignedClient, 'withHeaders'>;
  /** Such as `AmazonSQS.SendMessageBatch`. */
  readonly target: string;
  /** Of the service's protocol. */
  readonly version: '1.0' | '1.1';
  readonly timeoutMs?: number;
}

/** Tries three times, at once: what is throttled, a fault of the service, a lost connection. Throws an error that is
 * named as AWS names it. */
export function jsonCall<Input, Output>(options: JsonCallOptions): (input: Input) => Promise<Output> {
  const { client, target, version, timeoutMs = 1_500 } = options;
  const call = client.withHeaders({
    'content-type': `application/x-amz-json-${version}`,
    'x-amz-target': target,
  });
  return async (input) => {
    const body = requestBody(JSON.stringify(input));
    let result = await call('POST', '/', timeoutMs, body);
    for (let tries = 1; tries < TRIES && isPassing(result); tries++)
      result = await call('POST', '/', timeoutMs, body);
    if (result.kind === 'answered' && result.status === 200)
      return JSON.parse(result.body.toString()) as Output;
    throw errorOf(target, result);
  };
}

function isPassing(result: HttpResult): boolean {
  if (result.kind === 'unanswered' || result.status >= 500) return true;
  return /throttl|limit/i.test(readJsonError(result.body).name);
}

function errorOf(target: string, result: HttpResult): Error {
  const error = new Error(
    `${target}: ${result.kind === 'unanswered' ? result.reason : `HTTP ${result.status}`}`,
  );
  if (result.kind === 'answered') error.name = readJsonError(result.body).name || error.name;
  return error;
}

const TRIES = 3;
