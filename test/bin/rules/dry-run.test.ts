/** `audit-stream rules dry-run` as a person or a pipeline runs it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { aRuleFile } from '../../builders/a-rule-file.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { run, start } from '../run-cli.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-stream-dry-run-'));
  writeFileSync(
    join(dir, 'rules.json'),
    JSON.stringify({
      rules: [
        aRuleFile({ kind: 'threshold', count: 3, window: '10m', groupBy: ['actor.id'], channels: ['slack'] }),
        aRuleFile({ id: 'never', pattern: { action: ['root.login'] } }),
      ],
    }),
  );
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const BEGIN_MS = Date.parse('2026-11-01T00:00:00Z');
const rules = () => join(dir, 'rules.json');
const login = (id: string, minute: number, fields: Partial<AuditEvent> = {}) =>
  anAuditEvent({
    id,
    occurredAt: new Date(BEGIN_MS + minute * 60_000).toISOString(),
    action: 'user.login',
    outcome: 'failure',
    actor: { type: 'user', id: 'jo' },
    ...fields,
  });
const logins = (tenantId = 'acme') =>
  [0, 1, 2].map((minute) => login(`${tenantId}-${minute}`, minute, { tenantId }));
const lines = (events: readonly unknown[]) => events.map((event) => JSON.stringify(event)).join('\n');

test('of a file: a table, totals, and what never fired', async () => {
  const file = join(dir, 'events.ndjson');
  writeFileSync(file, lines([...logins().reverse(), login('late', 200), anAuditEvent()]));
  const { code, out, err } = await run(['rules', 'dry-run', rules(), '--file', file]);
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toContain(`busiest group  alerts  events  groups  → page  → slack`);
  expect(out).toMatch(/^login-brute-force {2}high +█ +jo \(1\) +1 +3 +1 +2 +2$/m);
  expect(out).toContain('1 alerts of 1 of 2 rules, 0 open at the end; notices: 2 to page, 2 to slack.');
  expect(out).toContain('Never fired: never');
});

test('of a pipe, as JSON, for one tenant', async () => {
  const { code, out } = await run(
    ['rules', 'dry-run', rules(), '--file', '-', '--tenant', 'globex', '--json'],
    lines([...logins('acme'), ...logins('globex')]),
  );
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({
    ...{ from: '2026-11-01T00:00:00.000Z', to: '2026-11-01T00:02:00.000Z', read: 3, matched: 3, faults: [] },
    rules: [
      {
        ...{ id: 'login-brute-force', alerts: 1, open: 1, events: 3, firedAt: ['2026-11-01T00:02:00.000Z'] },
        busiest: { tenantId: 'globex' },
      },
      { id: 'never', alerts: 0 },
    ],
  });
});

test('lines that are no events are counted and named, and the rest is played', async () => {
  const bad = ['{"a": ', JSON.stringify({ ...login('x', 0), outcome: 'secret-word' })];
  const { code, out } = await run(
    ['rules', 'dry-run', rules(), '--file', '-'],
    [lines(logins()), '', ...bad].join('\n'),
  );
  expect(code).toBe(1);
  expect(out).toContain('1 alerts of 1 of 2 rules');
  expect(out).toMatch(/2 could not be read:\n {2}line 5: is no JSON\n {2}line 6: outcome must be one of/);
});

test('no events at all are no good news', async () => {
  const { code, out } = await run(['rules', 'dry-run', rules(), '--file', '-'], '');
  expect(code).toBe(1);
  expect(out).toContain('There were no events: nothing was tried.');
});

test.each([
  [[], 'give events: --file FILE, or --from TIME'],
  [['--file', 'x', '--from', '2h'], '--from does not go with --file'],
  [['--from', '1h', '--to', '2h'], '--to must be later than --from'],
  [['--from', '1h', '--data', 'x', '--url', 'y'], '--url does not go with --data'],
])('%j is refused: %s', async (args, words) => {
  const { code, err } = await run(['rules', 'dry-run', rules(), ...args]);
  expect(code).toBe(2);
  expect(err).toContain(words);
});

test('a file that is not there, and a folder that is no home, are told in words', async () => {
  const file = await run(['rules', 'dry-run', rules(), '--file', join(dir, 'none')]);
  expect(file).toMatchObject({ code: 1, err: expect.stringContaining('cannot be read') });
  const data = await run(['rules', 'dry-run', rules(), '--from', '1h', '--data', dir]);
  expect(data).toMatchObject({ code: 1, err: expect.stringContaining('holds no audit-stream.db') });
});

test('of a home that runs: its trail, and its archive beside it', async () => {
  const data = join(dir, 'data');
  const home = start(['serve', '--port', '0', '--data', data]);
  try {
    await until(() => /is at (\S+)\//.test(home.out()));
    const url = /is at (\S+)\//.exec(home.out())?.[1] ?? '';
    await run(['emit', '--url', url], lines(logins()));
    const fired = '1 alerts of 1 of 2 rules';
    const archive = await run(['rules', 'dry-run', rules(), '--from', '1h', '--data', data]);
    expect(archive).toMatchObject({ code: 0, out: expect.stringContaining(fired) });
    const trail = await run([
      ...['rules', 'dry-run', rules(), '--from', '1h', '--url', url, '--tenant', 'acme'],
    ]);
    expect(trail).toMatchObject({ out: expect.stringContaining(fired) });
  } finally {
    home.process.kill('SIGINT');
    await home.ended;
  }
}, 60_000);
