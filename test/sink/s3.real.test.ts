/** The S3 sink against a store that checks signatures and policies (MiniStack), written with exactly the rights that the
 * sink says it needs, and read back with nothing of ours: the SDK's signer, gunzip and JSON. */
import { once } from 'node:events';
import { type IncomingMessage, request } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { jsonCall } from '../../src/aws/http/json-call.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Credentials } from '../../src/sigv4/credentials.ts';
import { makeSend } from '../../src/sink/send.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { type MiniStack, miniStack, REGION, startMiniStack } from '../rehearsal/ministack.ts';
import { aDelivery, aDestination, aMessage } from './a-delivery.ts';
import { signedBySdk } from './signed-by-sdk.ts';

const part = miniStack();
if ('missing' in part) console.log(`Left out: S3 on MiniStack (${part.missing}).`);
const withStore = 'missing' in part ? test.skip : test;

test('MiniStack is there in CI', () => {
  if (process.env.CI) expect(part).not.toHaveProperty('missing');
});

const ROOT: Credentials = { accessKeyId: 'test', secretAccessKey: 'test' };
const BUCKET = 'acme-audit';
const START_MS = 60_000;
let cloud: MiniStack;
let writer: Credentials;
let kmsKey: string;
const send = makeSend({ credentials: () => writer });

beforeAll(async () => {
  if ('missing' in part) return;
  cloud = await startMiniStack();
  await call('s3', 'PUT', `/${BUCKET}`);
  kmsKey = await aKey();
  const { sink, settings } = aBucket({ kmsKey }).destination;
  writer = await aUserWith(sink.rights?.(settings as never) ?? []);
}, START_MS);
afterAll(async () => {
  send.close();
  await cloud?.stop();
});

function aBucket(options = {}) {
  const destination = aDestination('s3', { bucket: BUCKET, region: REGION, endpoint: cloud.url, ...options });
  return { destination, ...aDelivery(destination, { send }) };
}

/** As they come: `fetch` would unzip. Throws what was refused. */
async function call(service: 's3' | 'iam', method: string, target: string, form?: URLSearchParams) {
  const url = cloud.url + target;
  const bytes = Buffer.from(form?.toString() ?? '');
  const type = form && { 'content-type': 'application/x-www-form-urlencoded' };
  const toSign = { method, url, headers: { ...type }, bytes, atMs: Date.now() };
  const headers = await signedBySdk({ service: service as 's3', region: REGION }, toSign, ROOT);
  const outgoing = request(url, { method, headers }).end(bytes);
  const [incoming] = (await once(outgoing, 'response')) as [IncomingMessage];
  const body = await buffer(incoming);
  if (incoming.statusCode !== 200) throw new Error(`${method} ${target}: ${incoming.statusCode} ${body}`);
  return { headers: incoming.headers, body };
}

async function aKey(): Promise<string> {
  const client = makeSignedClient({
    endpoint: cloud.url,
    service: 'kms',
    region: REGION,
    credentials: () => ROOT,
  });
  const target = 'TrentService.CreateKey';
  const create = jsonCall<object, { KeyMetadata: { Arn: string } }>({ client, target, version: '1.1' });
  const { KeyMetadata } = await create({});
  client.close();
  return KeyMetadata.Arn;
}

/** Somebody who may do this and nothing else. */
async function aUserWith(rights: readonly { actions: readonly string[]; resources: readonly string[] }[]) {
  const iam = (Action: string, more = {}) =>
    call(
      'iam',
      'POST',
      '/',
      new URLSearchParams({ Action, Version: '2010-05-08', UserName: 'writer', ...more }),
    );
  const Statement = rights.map(({ actions, resources }) => ({
    Effect: 'Allow',
    Action: actions,
    Resource: resources,
  }));
  await iam('CreateUser');
  await iam('PutUserPolicy', {
    PolicyName: 'writes',
    PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement }),
  });
  const keys = (await iam('CreateAccessKey')).body.toString();
  const said = (name: string) => new RegExp(`<${name}>(.*?)</${name}>`).exec(keys)?.[1] ?? '';
  return { accessKeyId: said('AccessKeyId'), secretAccessKey: said('SecretAccessKey') };
}

async function objects(prefix: string): Promise<readonly string[]> {
  const { body } = await call(
    's3',
    'GET',
    `/${BUCKET}?list-type=2&prefix=${encodeURIComponent(`${prefix}/`)}`,
  );
  return [...body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = '']) => key);
}

function objectAt(key: string) {
  return call('s3', 'GET', `/${BUCKET}/${key.split('/').map(encodeURIComponent).join('/')}`);
}

async function linesOf(key: string): Promise<readonly AuditEvent[]> {
  const { body } = await objectAt(key);
  const lines = gunzipSync(body).toString().trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

const asMessages = (events: readonly AuditEvent[]) => events.map((event) => aMessage(event.id, event));
const kindsOf = (outcomes: readonly { kind: string }[]) => [...new Set(outcomes.map(({ kind }) => kind))];

withStore('real records are read back; the same batch again, in any order, adds no object', async () => {
  const { deliver } = aBucket();
  const events = CORPUS.slice(0, 500);
  expect(kindsOf(await deliver(asMessages(events)))).toEqual(['delivered']);
  const keys = await objects('audit');
  const read = (await Promise.all(keys.map(linesOf))).flat();
  const byId = (events: readonly AuditEvent[]) => [...events].sort((a, b) => (a.id < b.id ? -1 : 1));
  expect(byId(read)).toEqual(byId(events));
  expect(kindsOf(await deliver(asMessages(events.toReversed())))).toEqual(['delivered']);
  expect(await objects('audit')).toEqual(keys);
});

withStore('type, class and key are kept with the object', async () => {
  const { deliver } = aBucket({ prefix: 'audit/cold', storageClass: 'STANDARD_IA', kmsKey });
  expect(await deliver([aMessage('a')])).toEqual([{ kind: 'delivered' }]);
  const [key = ''] = await objects('audit/cold');
  const { headers, body } = await objectAt(key);
  expect(headers).toMatchObject({
    'content-type': 'application/x-ndjson',
    'content-encoding': 'gzip',
    'x-amz-storage-class': 'STANDARD_IA',
    'x-amz-server-side-encryption-aws-kms-key-id': kmsKey,
  });
  expect(gunzipSync(body).toString()).toContain('"id":"a"');
});

withStore('what it has no right to is refused, and the reason is S3’s own word', async () => {
  const { deliver } = aBucket({ prefix: 'elsewhere' });
  expect(await deliver([aMessage('a')])).toMatchObject([{ kind: 'misconfigured', reason: 'AccessDenied' }]);
  expect(await objects('elsewhere')).toEqual([]);
});

withStore('a wrong key is refused by its signature', async () => {
  const { destination } = aBucket();
  const wrong = makeSend({ credentials: () => ({ ...writer, secretAccessKey: 'another' }) });
  const { deliver } = aDelivery(destination, { send: wrong });
  expect(await deliver([aMessage('unsigned')])).toMatchObject([
    { kind: 'misconfigured', reason: 'SignatureDoesNotMatch' },
  ]);
  wrong.close();
});
