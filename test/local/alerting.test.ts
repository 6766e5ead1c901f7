import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { conditionsOf } from '../../src/local/conditions.ts';
import { startHome } from '../../src/local/home.ts';
import { aRuleBook } from '../builders/a-rule-book.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';

const book = aRuleBook({
  id: 'mfa-off',
  pattern: { action: ['mfa.disabled'] },
  groupBy: ['actor.id'],
  title: '{actor.id} switched MFA off',
  resolve: { pattern: { action: ['mfa.enabled'] } },
});

const send = (url: string, fields: Parameters<typeof anAuditEvent>[0]) =>
  fetch(`${url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(anAuditEvent({ occurredAt: new Date().toISOString(), ...fields })),
  });

test('an event fires an alert; it is open over a restart of the home, and an event ends it', async () => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-alerting-'));
  const options = { port: 0, dataDir, alertRules: book, log: () => {} };
  const first = await startHome(options);
  try {
    await send(first.url, { action: 'mfa.disabled' });
    await until(async () => (await first.store.alertStore.records.open('acme', 10)).length === 1);
  } finally {
    await first.close();
  }
  const second = await startHome(options);
  try {
    const [record] = await second.store.alertStore.records.open('acme', 10);
    expect(record?.alert).toMatchObject({
      title: 'u-1 switched MFA off',
      status: 'firing',
      channels: ['page'],
    });
    await send(second.url, { action: 'mfa.enabled' });
    await until(async () => (await second.store.alertStore.records.open('acme', 10)).length === 0);
    const found = await second.store.alertStore.records.byId('acme', record?.alert.alertId ?? '');
    expect(found?.record.steps.map(({ change }) => change)).toEqual(['fired', 'resolved']);
  } finally {
    await second.close();
    rmSync(dataDir, { recursive: true });
  }
});

test('a home without rules keeps nothing for a detector', async () => {
  const home = await startHome({ port: 0, dataDir: ':memory:', log: () => {} });
  try {
    await send(home.url, { action: 'mfa.disabled' });
    const { hops } = await home.store.accounts();
    expect(hops.map(({ name }) => name)).not.toContain('bus → detect');
  } finally {
    await home.close();
  }
});

test('what is not well is told, but not through the destination that it is about', () => {
  const figures = {
    name: 'slack',
    sink: 'slack',
    title: 'Slack',
    takes: 'alerts' as const,
    waiting: 3,
    dead: 1,
    delivered: 0,
    state: { kind: 'misconfigured' as const, reason: 'invalid_auth' },
  };
  const found = conditionsOf([figures], ['slack', 'pagerduty'], () => ({ waiting: 0, dead: 0 }));
  expect(found.filter(({ isBroken }) => isBroken)).toMatchObject([
    { id: 'pipeline-dead-letters', subject: 'slack', notThrough: 'slack' },
    { id: 'pipeline-misconfigured', notThrough: 'slack', title: expect.stringContaining('invalid_auth') },
  ]);
  expect(found.filter(({ isBroken }) => !isBroken).map(({ subject }) => subject)).toEqual([
    'record',
    'detect',
  ]);
});
