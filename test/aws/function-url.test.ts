import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { behindFunctionUrl, type FunctionUrlEvent } from '../../src/aws/function-url.ts';
import { ACKNOWLEDGED, aReceiver, bodyOf, signed } from '../stream/pagerduty-webhook/a-webhook.ts';

/** As Lambda hands over what came to its address. */
const recorded = JSON.parse(
  readFileSync(new URL('../data/lambda-events/function-url.json', import.meta.url), 'utf8'),
) as FunctionUrlEvent;
const body = bodyOf(ACKNOWLEDGED, { incident_key: 'acme/alert-1', title: 'Größe 🚨' });

function anEvent(fields: FunctionUrlEvent = {}): FunctionUrlEvent {
  const http = { ...recorded.requestContext?.http, method: 'POST' };
  return { ...recorded, requestContext: { ...recorded.requestContext, http }, ...fields };
}

test.each(['x-pagerduty-signature', 'X-PagerDuty-Signature', 'X-PAGERDUTY-SIGNATURE'])(
  'a body is verified byte for byte, as text and in base 64, with the header %s',
  async (name) => {
    const headers = { [name]: signed(body) };
    for (const event of [
      anEvent({ headers, body: body.toString('utf8'), isBase64Encoded: false }),
      anEvent({ headers, body: body.toString('base64'), isBase64Encoded: true }),
    ]) {
      const { webhook, acts } = aReceiver();
      expect(await behindFunctionUrl(webhook)(event)).toMatchObject({
        statusCode: 200,
        headers: { 'content-type': 'application/json; charset=utf-8' },
        body: '{"done":1,"already":0,"unknown":0}',
      });
      expect(acts).toHaveLength(1);
    }
  },
);

test('a stranger is refused, and on record with the address', async () => {
  const { webhook, acts, reported } = aReceiver();
  const sourceIp = recorded.requestContext?.http?.sourceIp;
  expect(sourceIp).toEqual(expect.any(String));
  expect(await behindFunctionUrl(webhook)(anEvent({ body: body.toString() }))).toMatchObject({
    statusCode: 401,
  });
  expect(await behindFunctionUrl(webhook)({ requestContext: { http: { method: 'POST' } } })).toMatchObject({
    statusCode: 401,
  });
  expect(acts).toEqual([]);
  expect(reported[0]).toMatchObject({ action: 'webhook.refused', sourceIp });
});

test('only POST is taken', async () => {
  const { webhook } = aReceiver();
  for (const event of [recorded, {}].map((one) => ({ ...one, requestContext: { http: { method: 'GET' } } })))
    expect(await behindFunctionUrl(webhook)(event)).toMatchObject({
      statusCode: 405,
      headers: { allow: 'POST' },
    });
  expect(await behindFunctionUrl(webhook)({})).toMatchObject({ statusCode: 405 });
});
