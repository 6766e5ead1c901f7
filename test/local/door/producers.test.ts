import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { expect, test } from '@jest/globals';
import type { Home } from '../../../src/local/home.ts';
import { anAuditEvent } from '../../domain/event/an-audit-event.ts';
import { aClosedHome, BILLING, EVERYWHERE } from '../a-closed-home.ts';
import { post } from '../a-home.ts';
import { aViewer } from '../a-viewer.ts';

async function put(
  home: Home,
  credentials: { accessKeyId: string; secretAccessKey: string },
  ...events: Record<string, unknown>[]
) {
  const client = new EventBridgeClient({
    endpoint: home.url,
    region: 'eu-west-1',
    credentials,
    maxAttempts: 1,
  });
  const Entries = events.map(({ busSource = 'audit.billing', ...event }) => ({
    Source: String(busSource),
    DetailType: 'Audit Event',
    Detail: JSON.stringify(anAuditEvent(event)),
  }));
  try {
    return (await client.send(new PutEventsCommand({ Entries }))).Entries?.map(
      ({ ErrorCode }) => ErrorCode ?? 'taken',
    );
  } finally {
    client.destroy();
  }
}

test('a producer writes as the sources and into the tenants that its key names, and nowhere else', async () => {
  const { home } = await aClosedHome();
  const answer = await put(
    home,
    BILLING,
    { id: 'own' },
    { id: 'other-tenant', tenantId: 'globex' },
    { id: 'case', tenantId: 'Acme' },
    { id: 'other-source', busSource: 'audit.payroll' },
    { id: 'other-service', source: { service: 'payroll', environment: 'prod' } },
  );
  expect(answer).toEqual([
    'taken',
    'TenantNotAllowed',
    'TenantNotAllowed',
    'SourceNotAllowed',
    'SourceNotAllowed',
  ]);
  expect(
    await put(
      home,
      EVERYWHERE,
      { id: 'system', tenantId: 'audit-stream' },
      { id: 'any', tenantId: 'globex' },
    ),
  ).toEqual(['TenantNotAllowed', 'taken']);
});

test('what a producer was refused, and a caller without a key, are events of the tenant audit-stream', async () => {
  const { home, token } = await aClosedHome();
  const auditor = await aViewer(
    home.streamUrl,
    await token({ tenant_id: 'audit-stream', roles: ['auditor'] }),
  );
  await auditor.subscribe({ action: ['producer.refused'] });
  await put(home, BILLING, { id: 'x', tenantId: 'globex' });
  const first = await auditor.hear('event');
  expect(first.event).toMatchObject({
    tenantId: 'audit-stream',
    actor: { id: BILLING.accessKeyId },
    reason: { code: 'TenantNotAllowed' },
    metadata: { tenantId: 'globex', source: 'audit.billing' },
  });
  await expect(
    put(home, { accessKeyId: BILLING.accessKeyId, secretAccessKey: 'wrong' }, {}),
  ).rejects.toMatchObject({
    name: 'InvalidSignatureException',
    $metadata: { httpStatusCode: 403 },
  });
  await expect(put(home, { accessKeyId: 'AKNOBODY', secretAccessKey: 'wrong' }, {})).rejects.toMatchObject({
    name: 'UnrecognizedClientException',
  });
});

test('POST /events takes a bearer key or a signature, and says 401 to anything else', async () => {
  const { home } = await aClosedHome();
  const send = (headers: Record<string, string>) => post(`${home.url}/events`, anAuditEvent(), headers);
  expect((await send({ authorization: `Bearer ${BILLING.secretAccessKey}` })).status).toBe(200);
  for (const authorization of [`Bearer ${BILLING.accessKeyId}`, 'Bearer ', 'Basic YTpi']) {
    const answer = await send({ authorization });
    expect(answer.status).toBe(401);
    expect(await answer.text()).not.toContain(BILLING.secretAccessKey);
  }
  expect((await send({})).status).toBe(401);
});

test('a bearer key does not open PutEvents', async () => {
  const { home } = await aClosedHome();
  const answer = await post(
    home.url,
    { Entries: [] },
    {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': 'AWSEvents.PutEvents',
      authorization: `Bearer ${BILLING.secretAccessKey}`,
    },
  );
  expect(answer.status).toBe(400);
  expect(answer.headers.get('x-amzn-errortype')).toBe('IncompleteSignatureException');
});

test('there are no development routes beside a real issuer', async () => {
  const { home } = await aClosedHome();
  for (const path of ['/dev/token', '/dev/faults'])
    expect((await post(home.url + path, {})).status).toBe(404);
  for (const path of ['/dev/tenants', '/dev/jwks.json'])
    expect((await fetch(home.url + path)).status).toBe(404);
  expect(() => home.faults.set({ cut: 1 })).toThrow(/off/);
});
