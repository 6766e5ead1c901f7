/** PutEvents without the SDK: for the middleware, which every audited service loads. */
import { requestBody } from '../http/request-body.ts';
import type { SignedClient } from '../http/signed-client.ts';
import { type PutCall, type PutEntry, UNREACHABLE } from './publish.ts';

/** EventBridge's JSON protocol, with the credentials of a Lambda's role.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
export function leanCall(client: Pick<SignedClient, 'withHeaders'>): PutCall {
  const call = client.withHeaders({
    'content-type': 'application/x-amz-json-1.1',
    'x-amz-target': 'AWSEvents.PutEvents',
  });
  return async (entries, timeoutMs) => {
    const body = requestBody(JSON.stringify({ Entries: entries.map(onTheWire) }));
    const result = await call('POST', '/', Math.min(timeoutMs, REQUEST_MS), body);
    if (result.kind === 'unanswered') return { kind: 'failed', code: UNREACHABLE, message: result.reason };
    const answer = parsed(result.body);
    if (result.status === 200 && Array.isArray(answer.Entries))
      return { kind: 'answered', entries: answer.Entries };
    return { kind: 'failed', code: codeOf(answer, result.status), message: `HTTP ${result.status}` };
  };
}

/** Times are seconds in this protocol. */
function onTheWire({ Time, ...entry }: PutEntry) {
  return Time === undefined ? entry : { ...entry, Time: Time.getTime() / 1_000 };
}

function parsed(body: Buffer): { readonly Entries?: unknown; readonly __type?: unknown } {
  try {
    return JSON.parse(body.toString());
  } catch {
    return {};
  }
}

function codeOf({ __type }: { readonly __type?: unknown }, status: number): string {
  if (typeof __type === 'string') return __type.replace(/^.*#/, '');
  return status >= 500 ? 'InternalFailure' : status === 429 ? 'ThrottlingException' : `Http${status}`;
}

/** One try; the whole may take longer. */
const REQUEST_MS = 2_000;
