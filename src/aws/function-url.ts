/** A webhook behind a Lambda's function URL: what came, byte for byte, and the answer.
 * https://docs.aws.amazon.com/lambda/latest/dg/urls-invocation.html#urls-payloads */
import type { PagerDutyWebhook } from '../stream/pagerduty-webhook/make-pagerduty-webhook.ts';

/** The parts of the event that are read here. */
export interface FunctionUrlEvent {
  readonly headers?: Readonly<Record<string, string | undefined>>;
  readonly body?: string;
  /** Bodies of types that are no text come in base 64; PagerDuty's JSON comes as text, which is UTF-8. */
  readonly isBase64Encoded?: boolean;
  readonly requestContext?: { readonly http?: { readonly method?: string; readonly sourceIp?: string } };
}

export interface FunctionUrlAnswer {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export function behindFunctionUrl(
  webhook: PagerDutyWebhook,
): (event: FunctionUrlEvent) => Promise<FunctionUrlAnswer> {
  return async ({ headers = {}, body = '', isBase64Encoded = false, requestContext }) => {
    const { method, sourceIp } = requestContext?.http ?? {};
    if (method !== 'POST') return json(405, { message: 'use POST' }, { allow: 'POST' });
    const answer = await webhook({
      headers,
      body: Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8'),
      sourceIp,
    });
    return json(answer.status, answer.body);
  };
}

function json(statusCode: number, value: object, headers: Readonly<Record<string, string>> = {}) {
  return {
    statusCode,
    headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify(value),
  };
}
