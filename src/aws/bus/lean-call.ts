/** PutEvents without the SDK: for the middleware, which every audited service loads. */
import { readJsonError } from '../http/json-error.ts';
import { requestBody } from '../http/request-body.ts';
import type { SignedClient } from '../http/signed-client.ts';
import { type PutCall, type PutEntry, type PutResult, UNREACHABLE } from './publish.ts';

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
    if (result.status !== 200)
      return { kind: 'failed', code: codeOf(result), message: `HTTP ${result.status}` };
    return { kind: 'answered', entries: entriesOf(result.body) };
  };
}

/** Times are seconds in this protocol. */
function onTheWire({ Time, ...entry }: PutEntry) {
  return Time === undefined ? entry : { ...entry, Time: Time.getTime() / 1_000 };
}

/** As the SDK has it: a bus that gave no outcomes failed for each entry. */
function entriesOf(body: Buffer): readonly PutResult[] {
  try {
    const { Entries } = JSON.parse(body.toString()) as { readonly Entries?: readonly PutResult[] };
    return Array.isArray(Entries) ? Entries : [];
  } catch {
    return [];
  }
}

function codeOf({ body, status }: { readonly body: Buffer; readonly status: number }): string {
  const { name } = readJsonError(body);
  if (name !== '') return name;
  return status >= 500 ? 'InternalFailure' : status === 429 ? 'ThrottlingException' : `Http${status}`;
}

/** One try; the whole may take longer. */
const REQUEST_MS = 2_000;
