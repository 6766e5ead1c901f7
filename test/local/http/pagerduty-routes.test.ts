import { request as httpRequest } from 'node:http';
import { expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import type { Home } from '../../../src/local/home.ts';
import { aRuleBook } from '../../builders/a-rule-book.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { ACKNOWLEDGED, bodyOf, RESOLVED, SECRET, signed } from '../../stream/pagerduty-webhook/a-webhook.ts';
import { aClosedHome, BILLING } from '../a-closed-home.ts';
import { aHome, aToken, post } from '../a-home.ts';
import { aViewer } from '../a-viewer.ts';

const alertRules = aRuleBook({
  id: 'mfa-off',
  pattern: { action: ['mfa.disabled'] },
  title: '{actor.id} switched MFA off',
});
const pagerdutyWebhook = { secret: SECRET };

/** As it comes through a tunnel or a proxy: by any name, with whatever a proxy adds. */
function send(
  home: Home,
  body: Buffer,
  headers: Readonly<Record<string, string>> = { 'x-pagerduty-signature': signed(body) },
  path = '/webhooks/pagerduty',
): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(
      {
        host: '127.0.0.1',
        port: home.port,
        method: 'POST',
        path,
        headers: {
          host: 'audit.tunnel.example',
          origin: 'null',
          'content-length': `${body.length}`,
          ...headers,
        },
      },
      (response) => {
        let text = '';
        response.on('data', (chunk) => {
          text += chunk;
        });
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body: text }));
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

async function anOpenAlert(home: Home, headers: Readonly<Record<string, string>> = {}): Promise<string> {
  const event = anAuditEvent({ action: 'mfa.disabled', occurredAt: new Date().toISOString() });
  expect((await post(`${home.url}/events`, event, headers)).status).toBe(200);
  await until(async () => (await home.store.alertStore.records.open('acme', 10)).length === 1);
  const [record] = await home.store.alertStore.records.open('acme', 10);
  return String(record?.alert.alertId);
}

test('what a person does at PagerDuty is done at home, by whatever name the home is reached', async () => {
  const home = await aHome({ alertRules, pagerdutyWebhook });
  const alertId = await anOpenAlert(home);
  const stepsOf = async () =>
    (await home.store.alertStore.records.byId('acme', alertId))?.record.steps.map(({ change }) => change);
  const ours = { incident_key: `acme/${alertId}` };
  expect(await send(home, bodyOf(ACKNOWLEDGED, ours))).toEqual({
    status: 200,
    body: '{"done":1,"already":0,"unknown":0}',
  });
  expect((await send(home, bodyOf(RESOLVED, ours))).status).toBe(200);
  expect(await stepsOf()).toEqual(['fired', 'acknowledged', 'resolved']);
});

test('a closed home takes it without a token, and asks PagerDuty where the incident has no key', async () => {
  const asked: string[] = [];
  let alertId = '';
  const { home } = await aClosedHome({
    alertRules,
    pagerdutyWebhook: { ...pagerdutyWebhook, apiKey: 'u-a-key-that-reads-only' },
    fetch: async (url) => {
      asked.push(String(url));
      return Response.json({ alerts: [{ alert_key: `acme/${alertId}` }], more: false });
    },
  });
  alertId = await anOpenAlert(home, { authorization: `Bearer ${BILLING.secretAccessKey}` });
  const answer = await send(home, bodyOf(ACKNOWLEDGED, { incident_key: null }));
  expect(answer).toEqual({ status: 200, body: '{"done":1,"already":0,"unknown":0}' });
  expect(asked).toEqual(['https://api.pagerduty.com/incidents/PQ1K5C8/alerts?limit=100&offset=0']);
});

test('the acts and the refusals are events of the system’s own tenant', async () => {
  const home = await aHome({ alertRules, pagerdutyWebhook });
  const ours = { incident_key: `acme/${await anOpenAlert(home)}` };
  const viewer = await aViewer(
    home.streamUrl,
    await aToken(home, { tenant: 'audit-stream', roles: ['auditor'] }),
  );
  await viewer.subscribe({ action: ['alert.acknowledged', 'webhook.refused'] });
  const heard = () =>
    viewer.heard.flatMap((message) => (message.type === 'event' ? [message.event as AuditEvent] : []));
  await send(home, bodyOf(ACKNOWLEDGED, ours));
  expect((await send(home, bodyOf(RESOLVED, ours), {})).status).toBe(401);
  await until(() => heard().length === 2);
  expect(heard()).toMatchObject([
    { action: 'alert.acknowledged', actor: { id: 'pagerduty:PJ0LVEB', name: 'PIG 208' } },
    { action: 'webhook.refused', outcome: 'denied', reason: { code: 'no_signature' } },
  ]);
});

test('what is too large is refused before it is read, and only what is signed may come by another name', async () => {
  const home = await aHome({ alertRules, pagerdutyWebhook });
  expect((await send(home, Buffer.alloc(300_000))).status).toBe(413);
  expect((await send(home, bodyOf(RESOLVED), {}, '/events')).status).toBe(403);
});

test('without the setting there is no such address', async () => {
  const home = await aHome({ alertRules });
  expect((await send(home, bodyOf(RESOLVED))).status).toBe(404);
});
