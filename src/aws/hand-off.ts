/** Hands a part of a large fan-out to another Lambda: an asynchronous invocation, answered once Lambda has it.
 * https://docs.aws.amazon.com/lambda/latest/api/API_Invoke.html */
import type { HandOff } from '../stream/broadcast.ts';
import type { Log } from '../stream/log.ts';
import { requestBody } from './http/request-body.ts';
import type { SignedClient } from './http/signed-client.ts';

export interface HandOffOptions {
  /** For the service `lambda`. */
  readonly client: Pick<SignedClient, 'withHeaders'>;
  readonly functionName: string;
  readonly log: Log;
  readonly timeoutMs?: number;
}

/** What Lambda answers when it has queued an event. */
const QUEUED = 202;

export function makeHandOff({ client, functionName, log, timeoutMs = 700 }: HandOffOptions): HandOff {
  const invoke = client.withHeaders({
    'content-type': 'application/json',
    'x-amz-invocation-type': 'Event',
  });
  const path = `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`;
  return async (chunk) => {
    const result = await invoke('POST', path, timeoutMs, requestBody(JSON.stringify(chunk)));
    if (result.kind === 'answered' && result.status === QUEUED) return true;
    const cause = result.kind === 'answered' ? `Lambda answered ${result.status}` : result.reason;
    log('warn', 'a part of a fan-out was not handed off', { connections: chunk.sends.length, cause });
    return false;
  };
}
