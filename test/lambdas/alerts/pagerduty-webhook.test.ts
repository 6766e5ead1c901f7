import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import type { FunctionUrlAnswer } from '../../../src/aws/function-url.ts';
import { ACKNOWLEDGED, bodyOf, PING, signed } from '../../stream/pagerduty-webhook/a-webhook.ts';

const CALL = fileURLToPath(new URL('./call-bundle.ts', import.meta.url));
const SECRET = JSON.stringify({ secret: 'the-secret-of-now', previousSecret: 'the-secret-before' });

/** As far as this Lambda needs AWS: one secret, an empty table, a bus. */
async function anAws() {
  const asked: { readonly target: string; readonly input: Readonly<Record<string, unknown>> }[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const target = String(request.headers['x-amz-target']).split('.').at(-1) as string;
    const input = JSON.parse(Buffer.concat(chunks).toString()) as Readonly<Record<string, unknown>>;
    asked.push({ target, input });
    const entries = (input.Entries ?? []) as readonly unknown[];
    const answers: Readonly<Record<string, object>> = {
      GetSecretValue: { SecretString: SECRET },
      PutEvents: { FailedEntryCount: 0, Entries: entries.map((_, i) => ({ EventId: `e${i}` })) },
      Query: { Items: [], Count: 0 },
    };
    response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' });
    response.end(JSON.stringify(answers[target] ?? {}));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    details: () =>
      asked.flatMap(({ target, input }) =>
        target === 'PutEvents'
          ? (input.Entries as { Detail: string }[]).map(({ Detail }) => JSON.parse(Detail) as unknown)
          : [],
      ),
    close: () => server.close(),
  };
}

async function call(endpoint: string, events: readonly object[]): Promise<readonly FunctionUrlAnswer[]> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-webhook-'));
  const beside = { 'alerting.json': JSON.stringify({ documents: [], channels: [] }) };
  const child = spawn(
    process.execPath,
    [CALL, 'alerts/pagerduty-webhook', folder, JSON.stringify(beside), JSON.stringify(events)],
    {
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: endpoint,
        AWS_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'AK',
        AWS_SECRET_ACCESS_KEY: 'SK',
        AWS_LAMBDA_FUNCTION_NAME: 'webhook',
        BUS_NAME: 'audit',
        ALERTS_TABLE: 'alerts',
        PAGERDUTY_WEBHOOK_SECRET: JSON.stringify({ secret: 'pagerduty' }),
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  child.stderr.on('data', (chunk) => {
    out += chunk;
  });
  await once(child, 'close');
  rmSync(folder, { recursive: true, force: true });
  const said = /^ANSWERS (.*)$/m.exec(out)?.[1];
  if (said === undefined) throw new Error(out);
  return JSON.parse(said) as readonly FunctionUrlAnswer[];
}

function posted(body: Buffer, signature: string, isBase64Encoded = false) {
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: '/',
    headers: { 'x-pagerduty-signature': signature, 'content-type': 'application/json' },
    requestContext: { http: { method: 'POST', path: '/', sourceIp: '203.0.113.7' } },
    body: body.toString(isBase64Encoded ? 'base64' : 'utf8'),
    isBase64Encoded,
  };
}

test('as it is deployed: the secret is read once, what is signed is heard, a stranger is on record', async () => {
  const aws = await anAws();
  const ping = Buffer.from(JSON.stringify(PING));
  const unknown = bodyOf(ACKNOWLEDGED, { incident_key: 'acme/alert-1' });
  const answers = await call(aws.url, [
    posted(ping, signed(ping, 'the-secret-of-now'), true),
    posted(unknown, signed(unknown, 'the-secret-before')),
    posted(unknown, `v1=${'0'.repeat(64)}`),
  ]);
  aws.close();
  expect(answers).toMatchObject([
    { statusCode: 200, body: '{"ignored":"event_type"}' },
    { statusCode: 200, body: '{"done":0,"already":0,"unknown":1}' },
    { statusCode: 401 },
  ]);
  // Once more for the signature that did not fit: the secret might have changed.
  expect(aws.asked.filter(({ target }) => target === 'GetSecretValue')).toHaveLength(2);
  expect(aws.details()).toMatchObject([
    {
      tenantId: 'audit-stream',
      action: 'webhook.refused',
      outcome: 'denied',
      reason: { code: 'wrong_signature' },
      context: { ip: '203.0.113.7' },
    },
  ]);
}, 60_000);
