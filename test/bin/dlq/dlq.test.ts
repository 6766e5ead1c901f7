/** The command as a person runs it: a process of its own, against a home that runs and one that is stopped. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Home } from '../../../src/local/home.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aHome, aToken, eventually, post } from '../../local/a-home.ts';
import { aDestination } from '../../sink/a-delivery.ts';
import { aVendor, type Vendor } from '../../sink/a-vendor.ts';
import { run, start } from '../run-cli.ts';

let dataDir: string;
let vendor: Vendor;
let isDown: boolean;
let home: Home;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-dlq-'));
  isDown = true;
  seen = 0;
  vendor = await aVendor(() => ({ status: isDown ? 400 : 202 }));
  home = await open();
});
afterEach(async () => {
  await home.close();
  await vendor.close();
  rmSync(dataDir, { recursive: true, force: true });
});

const open = () =>
  aHome({
    dataDir,
    destinations: [
      aDestination('datadog', {
        sink: 'datadog',
        url: vendor.url,
        apiKey: { env: 'PATH' },
        batchWindowMs: 0,
        batchSize: 1,
        // Not what people do to the system itself: that is on the bus as well.
        filter: { tenantId: ['acme'] },
      }),
    ],
  });
const dead = () => home.store.deadLetters.countByReason()[0]?.count ?? 0;
const dlq = (...args: readonly string[]) => run(['dlq', ...args, '--url', home.url]);

async function bury(count: number, fields = {}): Promise<void> {
  const before = dead();
  for (let i = 0; i < count; i++)
    await post(`${home.url}/events`, anAuditEvent({ id: `e-${before + i}`, ...fields }));
  await eventually(() => dead() === before + count);
}
/** What was refused so far is not looked at again. */
let seen = 0;
const forget = () => {
  seen = vendor.taken.length;
};
const delivered = () =>
  new Set(
    vendor.taken
      .slice(seen)
      .flatMap(({ body }) => JSON.parse(body) as { evt: { id: string } }[])
      .map(({ evt }) => evt.id),
  );

test('list groups them, show tells all of one, and a replay is a dry run until it is told to be none', async () => {
  await bury(3);
  await bury(1, { action: 'user.deleted' });

  const list = await dlq('list');
  expect(list.code).toBe(0);
  expect(list.out).toMatch(/datadog +http_400 +invoice\.\w+ +< 10 min +3 /);
  expect(list.out).toMatch(/datadog +http_400 +user\.deleted +< 10 min +1 /);
  expect(list.out).toContain('4 letters.');

  const shown = await dlq('show', 'e-3');
  expect(shown.out).toMatch(/reason +http_400[\s\S]*vendor status +400[\s\S]*"action": "user\.deleted"/);
  const one = JSON.parse((await dlq('show', 'e-3', '--json')).out);
  expect(one).toMatchObject({ queue: 'datadog', event: { detail: { id: 'e-3' } } });

  const dry = await dlq('replay', '--filter', '{"action": ["user.deleted"]}');
  expect(dry).toMatchObject({ code: 0, out: expect.stringContaining('1 letter would be replayed.') });
  expect(dry.out).toContain(
    `audit-stream dlq replay --filter '{"action": ["user.deleted"]}' --url ${home.url} --execute`,
  );
  expect(dead()).toBe(4);

  isDown = false;
  forget();
  const replay = await dlq('replay', '--filter', '{"action": ["user.deleted"]}', '--execute');
  expect(replay).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 letter replayed of 1 selected, in /),
  });
  await eventually(() => delivered().has('e-3'));
  expect([...delivered()]).toEqual(['e-3']);
  expect(dead()).toBe(3);
});

test('Ctrl-C finishes the step in hand and says how to go on; that run then takes the rest', async () => {
  await bury(60);
  isDown = false;
  forget();
  const running = start(['dlq', 'replay', '--execute', '--rate', '10', '--url', home.url]);
  await until(() => dead() < 60);
  running.process.kill('SIGINT');
  const stopped = await running.ended;

  expect(stopped.code).toBe(130);
  const [, moved] = /^(\d+) letters replayed of \1 selected/.exec(stopped.out) ?? [];
  expect(60 - dead()).toBe(Number(moved));
  const again = /To go on: audit-stream dlq (.*)\n/.exec(stopped.err)?.[1] ?? '';
  expect(again).toMatch(/^replay .*--yes --run run-\d+-\w+$/);
  const rest = await run(['dlq', ...again.replace('--rate 10', '--rate 10000').split(' ')]);
  expect(rest).toMatchObject({
    code: 0,
    out: expect.stringContaining(`${60 - Number(moved)} letters replayed of ${60 - Number(moved)} selected`),
  });
  await eventually(() => delivered().size === 60);
});

test('a purge asks, takes --yes where nobody can answer, and is accounted for', async () => {
  await bury(2);

  expect(await dlq('purge', '--execute')).toMatchObject({
    code: 2,
    err: expect.stringContaining('purge needs --yes where there is no terminal'),
  });
  expect(dead()).toBe(2);
  expect(await dlq('purge', '--id', 'e-0', '--yes')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 letter purged of 1 selected/),
  });
  expect(dead()).toBe(1);
  const doctor = await run(['doctor', '--url', home.url]);
  expect(doctor.code).toBe(0);
  expect(doctor.out).toMatch(/bus → datadog +2 +0 +0 +1 +1 +0/);
  expect(doctor.out).toContain('1 dead letters purged by cli@this-machine');
});

test('what was done is on record, and whoever is no operator is refused by the role that it takes', async () => {
  await bury(1);
  const token = await aToken(home, { tenant: 'acme', roles: ['viewer'], subject: 'vera' });
  const refused = await dlq('replay', '--yes', '--token-command', `echo ${token}`);
  expect(refused).toMatchObject({
    code: 3,
    err: expect.stringContaining('needs the role operator, the token gives viewer'),
  });

  await dlq('purge', '--yes');
  const auditor = await aToken(home, { tenant: 'audit-stream', roles: ['auditor'], subject: 'otto' });
  const tokens = ['--token-command', `echo ${auditor}`];
  const tail = start(['tail', '--url', home.url, ...tokens, '--since', '1h', '--json']);
  await until(() => tail.out().includes('dead_letters.purged'));
  tail.process.kill('SIGINT');
  const events = (await tail.ended).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(events.find(({ action }) => action === 'dead_letters.purged')).toMatchObject({
    actor: { id: 'cli@this-machine' },
    metadata: { purged: 1, selection: '{}' },
  });
  expect(events.find(({ action }) => action === 'stream.act_refused')).toMatchObject({
    actor: { id: 'vera' },
    metadata: { what: 'replay-dead-letters' },
  });
});

test('a stopped home is worked on through its data folder, and its letters go out when it starts', async () => {
  await bury(3);
  expect(await run(['dlq', 'list', '--data', dataDir])).toMatchObject({
    code: 3,
    err: expect.stringContaining('is in use by process'),
  });
  await home.close();
  isDown = false;
  forget();

  expect((await run(['dlq', 'list', '--data', dataDir])).out).toContain('3 letters.');
  expect(await run(['dlq', 'replay', '--id', 'e-1', '--execute', '--data', dataDir])).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^1 letter replayed/),
  });
  home = await open();

  await eventually(() => delivered().has('e-1'));
  expect(dead()).toBe(2);
});

test.each([
  [[], /dlq takes list, show, replay, purge/],
  [['lst'], /got "lst"/],
  [['list', '--filter', '{"action": "x"}'], /--filter: \$\.action/],
  [['list', '--older', 'long'], /--older must be a span/],
  [['replay', '--rate', '0'], /--rate must be a number from 0.1/],
  [['replay', '--run', 'mine'], /--run must be as an earlier run named itself/],
  [['replay', '--reson', 'x'], /Unknown option '--reson'/],
  [['show'], /show takes one id/],
])('called wrongly: %j', async (args, message) => {
  expect(await run(['dlq', ...args])).toMatchObject({ code: 2, err: expect.stringMatching(message) });
});

test('an unknown queue is answered with those that there are', async () => {
  expect(await dlq('list', '--queue', 'dadadog')).toMatchObject({
    code: 3,
    err: expect.stringContaining('queue: there is no such queue; there are record, datadog'),
  });
});
