import {
  EventBridgeClient,
  ListRulesCommand,
  PutEventsCommand,
  type PutEventsRequestEntry,
} from '@aws-sdk/client-eventbridge';
import { afterEach, expect, test } from '@jest/globals';
import { AUDIT_ALERT, AUDIT_EVENT } from '../../../src/domain/bus-event.ts';
import type { Home } from '../../../src/local/home.ts';
import { anAuditEvent } from '../../domain/event/an-audit-event.ts';
import { aHome } from '../a-home.ts';

const clients: EventBridgeClient[] = [];
afterEach(() => {
  for (const client of clients.splice(0)) client.destroy();
});

function sdk({ url }: Home): EventBridgeClient {
  const client = new EventBridgeClient({
    endpoint: url,
    region: 'eu-west-1',
    credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    maxAttempts: 1,
  });
  clients.push(client);
  return client;
}

function anEntry(
  fields: Readonly<Record<string, unknown>> = {},
  entry: Partial<PutEventsRequestEntry> = {},
): PutEventsRequestEntry {
  return {
    Source: 'audit.billing',
    DetailType: AUDIT_EVENT,
    Detail: JSON.stringify(anAuditEvent(fields)),
    ...entry,
  };
}

async function put(home: Home, ...entries: PutEventsRequestEntry[]) {
  return sdk(home).send(new PutEventsCommand({ Entries: entries }));
}

/** As the AWS CLI or any other program writes it, unsigned. */
async function raw(home: Home, body: string, headers: Readonly<Record<string, string>> = {}) {
  const answer = await fetch(home.url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      ...headers,
    },
    body,
  });
  return {
    status: answer.status,
    type: answer.headers.get('x-amzn-errortype'),
    value: (await answer.json()) as Record<string, unknown>,
  };
}

test('the AWS SDK puts events and is answered with an id for each', async () => {
  const home = await aHome();
  const answer = await put(
    home,
    anEntry({ id: 'a' }),
    anEntry({ id: 'b' }, { Time: new Date(), Resources: ['arn:aws:s3:::x'], EventBusName: 'audit' }),
  );
  expect(answer.FailedEntryCount).toBe(0);
  expect(answer.Entries?.map(({ EventId }) => EventId)).toEqual([expect.any(String), expect.any(String)]);
});

test('the same event again is answered with the id of the first, and kept once', async () => {
  const home = await aHome();
  const [first] = (await put(home, anEntry({ id: 'a' }))).Entries ?? [];
  const [second] = (await put(home, anEntry({ id: 'a' }))).Entries ?? [];
  expect(second).toEqual(first);
  expect((await home.store.accounts()).hops[0]?.in).toBe(1);
});

test('one bad entry is refused by itself, with a code and the path, and the others are taken', async () => {
  const home = await aHome();
  const answer = await put(
    home,
    anEntry({ id: 'good' }),
    anEntry({ id: 'bad', severity: 'loud' }),
    anEntry({ id: 'good', action: 'other.content' }),
    anEntry({}, { Detail: '{' }),
    anEntry({}, { Detail: '[]' }),
    anEntry({}, { Detail: '{"a":1,"a":2}' }),
    anEntry({}, { EventBusName: 'somewhere-else' }),
    anEntry({}, { DetailType: AUDIT_ALERT }),
    anEntry({ tenantId: 'audit-stream' }),
    anEntry({}, { Source: 'audit.audit-stream' }),
  );
  expect(answer.FailedEntryCount).toBe(9);
  expect(answer.Entries?.map(({ ErrorCode }) => ErrorCode)).toEqual([
    undefined,
    'InvalidAuditEvent',
    'IdConflict',
    'MalformedDetail',
    'MalformedDetail',
    'MalformedDetail',
    'ResourceNotFoundException',
    'DetailTypeNotAllowed',
    'TenantNotAllowed',
    'SourceNotAllowed',
  ]);
  expect(answer.Entries?.[1]?.ErrorMessage).toContain('severity');
});

test('an argument that is missing is named as AWS names it', async () => {
  const home = await aHome();
  const { Source: _, ...noSource } = anEntry();
  const answer = await put(home, noSource, anEntry({}, { Detail: '' }));
  expect(answer.Entries).toEqual([
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Source is not valid. Reason: Source is a required argument.',
    },
    {
      ErrorCode: 'InvalidArgument',
      ErrorMessage: 'Parameter Detail is not valid. Reason: Detail is a required argument.',
    },
  ]);
});

test('another detail type is taken onto the bus as it is', async () => {
  const home = await aHome();
  const answer = await put(
    home,
    anEntry({}, { Source: 'my.app', DetailType: 'Something', Detail: '{"a":1}' }),
  );
  expect(answer.FailedEntryCount).toBe(0);
});

test('eleven entries, none, and more than 1 MiB together are refused whole', async () => {
  const home = await aHome();
  const eleven = Array.from({ length: 11 }, (_, i) => anEntry({ id: `e${i}` }));
  await expect(put(home, ...eleven)).rejects.toMatchObject({
    name: 'ValidationException',
    $metadata: { httpStatusCode: 400 },
  });
  await expect(put(home)).rejects.toMatchObject({ name: 'ValidationException' });
  const large = (id: string) =>
    anEntry({}, { DetailType: 'Large', Detail: JSON.stringify({ id, text: 'ä'.repeat(60_000) }) });
  await expect(put(home, ...'abcdefghi'.split('').map(large))).rejects.toThrow(/over the limit/);
});

test("the size of an entry is AWS's: source, detail type, detail, resources, and 14 bytes for a time", async () => {
  const home = await aHome();
  const limit = 1024 * 1024;
  const entry = (Detail: string) => ({
    Source: 'my.app',
    DetailType: 'Large',
    Detail,
    Time: new Date(),
    Resources: ['0123456789'],
  });
  const around = 'my.app'.length + 'Large'.length + 10 + 14 + '{"t":""}'.length;
  const exact = `{"t":"${'x'.repeat(limit - around)}"}`;
  expect((await put(home, entry(exact))).FailedEntryCount).toBe(0);
  await expect(put(home, entry(exact.replace('x', 'xx')))).rejects.toThrow(/over the limit/);
});

test('another operation is unknown here', async () => {
  const home = await aHome();
  await expect(sdk(home).send(new ListRulesCommand({}))).rejects.toMatchObject({
    name: 'UnknownOperationException',
  });
});

test("a raw request gets AWS's answers to what is no PutEvents at all", async () => {
  const home = await aHome();
  expect(
    await raw(home, JSON.stringify({ Entries: [anEntry({}, { Time: 1_700_000_000 as never })] })),
  ).toMatchObject({ status: 200, value: { FailedEntryCount: 0 } });
  expect(await raw(home, 'no json')).toMatchObject({ status: 400, type: 'SerializationException' });
  expect(await raw(home, '{}', { 'content-type': 'application/json' })).toMatchObject({ status: 415 });
  expect(await raw(home, '{}', { 'x-amz-target': 'AWSEvents.PutRule' })).toMatchObject({
    status: 400,
    type: 'UnknownOperationException',
  });
  expect(await raw(home, '"text"')).toMatchObject({ status: 400, type: 'ValidationException' });
  expect(
    await raw(
      home,
      JSON.stringify({
        Entries: [
          null,
          7,
          { Source: 1 },
          anEntry({}, { Time: 'when' as never }),
          anEntry({}, { Resources: [1] as never }),
        ],
      }),
    ),
  ).toMatchObject({
    status: 200,
    value: { FailedEntryCount: 5 },
  });
  expect(await raw(home, 'x'.repeat(5 * 1024 * 1024)).catch(() => ({ status: 413 }))).toMatchObject({
    status: 413,
  });
});
