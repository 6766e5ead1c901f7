/** A replay on a running home, end to end: real vendors' stand-ins, the real command line, the books after it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { type Running, run, start } from '../bin/run-cli.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { aDestination } from '../sink/a-delivery.ts';
import { aVendor, type Vendor } from '../sink/a-vendor.ts';
import { aHome, eventually, post } from './a-home.ts';

const KEY = 'AUDIT_STREAM_TEST_KEY';
let named: Vendor;
let other: Vendor;
let dataDir: string;
let running: Running | undefined;

beforeEach(async () => {
  process.env[KEY] = 'a-key-of-the-vendor';
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-replay-'));
  [named, other] = [await aVendor(() => ({ status: 202 })), await aVendor(() => ({ status: 202 }))];
});
afterEach(async () => {
  running?.process.kill('SIGKILL');
  await running?.ended;
  running = undefined;
  await Promise.all([named.close(), other.close()]);
  rmSync(dataDir, { recursive: true, force: true });
});

const options = ({ url }: Vendor) => ({ sink: 'datadog', url, apiKey: { env: KEY }, batchWindowMs: 0 });
const destinations = () => ({ named: options(named), other: options(other) });
const open = () =>
  aHome({
    dataDir,
    destinations: Object.entries(destinations()).map(([name, given]) => aDestination(name, given)),
  });
type Home = Awaited<ReturnType<typeof open>>;

const idsAt = ({ taken }: Vendor) =>
  taken
    .flatMap(({ body }) => JSON.parse(body) as { evt: { id: string }; audit: { tenantId: string } }[])
    .filter(({ audit }) => audit.tenantId === 'acme')
    .map(({ evt }) => evt.id);

/** Delivered to both, and recorded. */
async function fill({ url }: Home, count: number): Promise<readonly string[]> {
  const events = Array.from({ length: count }, (_, i) =>
    anAuditEvent({
      id: `e-${i}`,
      outcome: i % 2 ? 'denied' : 'success',
      occurredAt: new Date().toISOString(),
    }),
  );
  for (let i = 0; i < count; i += 500)
    await post(
      `${url}/events`,
      events
        .slice(i, i + 500)
        .map((event) => JSON.stringify(event))
        .join('\n'),
      {
        'content-type': 'application/x-ndjson',
      },
    );
  await eventually(() => idsAt(named).length === count && idsAt(other).length === count);
  await eventually(() => trailOf('acme').length === count);
  return events.map(({ id }) => id);
}

/** As another program reads it. */
function rows<Row>(query: string): readonly Row[] {
  const db = new DatabaseSync(join(dataDir, 'audit-stream.db'), { readOnly: true, timeout: 1_000 });
  try {
    return db.prepare(query).all() as unknown as Row[];
  } finally {
    db.close();
  }
}
const trailOf = (tenant: string) =>
  rows<{ position: string; event: string }>(
    `SELECT position, event FROM trail WHERE tenant = '${tenant}' ORDER BY position`,
  );
const replaysOnRecord = () =>
  trailOf('audit-stream')
    .map(({ event }) => JSON.parse(event) as AuditEvent)
    .filter(({ action }) => action.startsWith('archive.'));
const twice = (ids: readonly string[], again: readonly string[]) => [...ids, ...again].toSorted();

test('only the named destination gets the events again, with their ids; the rest, the trail and the books stay as they were', async () => {
  const home = await open();
  const ids = await fill(home, 60);
  const trail = trailOf('acme');
  const args = ['replay', '--url', home.url, '--from', '1h', '--sink', 'named'];
  const denied = ids.filter((_, i) => i % 2 === 1);

  const looked = await run(args);
  expect(looked).toMatchObject({ code: 0, err: '' });
  expect(looked.out).toMatch(
    /^60 events from .* would be put back for named, and for nobody else\.\nNothing was done/,
  );
  expect(replaysOnRecord()).toEqual([]);

  const filter = ['--filter', '{"outcome": ["denied"], "id": [{"prefix": "e-"}]}'];
  const done = await run([...args, ...filter, '--execute']);
  expect(done).toMatchObject({ code: 0, err: '' });
  expect(done.out).toMatch(/^30 events put back for named: replay named\.\d{8}T\d{9}Z\.\n$/);
  await eventually(() => idsAt(named).length === 90);
  await eventually(() => replaysOnRecord().length === 2);

  expect(idsAt(named).toSorted()).toEqual(twice(ids, denied));
  expect(idsAt(other).toSorted()).toEqual([...ids].toSorted());
  expect(trailOf('acme')).toEqual(trail);
  const replay = /replay (named\.\w+)\./.exec(done.out)?.[1];
  expect(replaysOnRecord()).toMatchObject([
    {
      action: 'archive.replay_started',
      actor: { id: 'cli@this-machine' },
      metadata: { replay, sink: 'named' },
    },
    { action: 'archive.replayed', metadata: { replay, putBack: 30 } },
  ]);
  const { hops, unaccounted } = await home.store.accounts();
  expect(unaccounted).toEqual([]);
  expect(hops.map((hop) => hop.unaccounted)).toEqual(hops.map(() => 0));
  expect((await run(['doctor', '--url', home.url])).code).toBe(0);
});

test('a replay that is killed half way goes on from where it was: nothing lost, nothing twice', async () => {
  const home = await open();
  const ids = await fill(home, 200);
  const args = ['replay', '--url', home.url, '--from', '1h', '--sink', 'named', '--rate', '50', '--execute'];

  running = start(args);
  await eventually(() => idsAt(named).length > 220);
  running.process.kill('SIGKILL');
  await running.ended;
  const [{ name, put_back, done }] = rows<{ name: string; put_back: number; done: number }>(
    'SELECT * FROM replays',
  ) as [never];
  expect(done).toBe(0);
  expect(put_back).toBeGreaterThanOrEqual(20);
  expect(put_back).toBeLessThan(200);

  const resumed = await run(['replay', '--url', home.url, '--resume', name]);
  expect(resumed).toMatchObject({ code: 0, err: '' });
  expect(resumed.out).toBe(`200 events put back for named: replay ${name}.\n`);
  await eventually(() => idsAt(named).length >= 400);
  expect(idsAt(named).toSorted()).toEqual(twice(ids, ids));
  expect(idsAt(other)).toHaveLength(200);
});

test('Ctrl-C stops it, and it says how to go on; also where the home was stopped meanwhile', async () => {
  const home = await open();
  const ids = await fill(home, 100);
  running = start([
    'replay',
    '--url',
    home.url,
    '--from',
    '1h',
    '--sink',
    'named',
    '--rate',
    '20',
    '--execute',
  ]);
  await eventually(() => idsAt(named).length > 100);
  running.process.kill('SIGINT');
  const stopped = await running.ended;
  expect(stopped.code).toBe(130);
  expect(stopped.err).toMatch(/^\d+ events put back for named, of 100\. Go on with: /);
  const name = /--resume (\S+) --url http:\/\/127/.exec(stopped.err)?.[1] ?? '';
  await home.close();

  const config = join(dataDir, 'config.json');
  writeFileSync(config, JSON.stringify({ destinations: destinations() }));
  const stoppedHome = ['--data', dataDir, '--config', config];
  const resumed = await run(['replay', '--resume', name, ...stoppedHome]);
  expect(resumed).toMatchObject({ code: 0, err: '' });
  expect(resumed.out).toBe('100 events put back for named: it gets them once the home runs.\n');

  await open();
  await eventually(() => idsAt(named).length >= 200);
  await eventually(() => replaysOnRecord().length === 2);
  expect(idsAt(named).toSorted()).toEqual(twice(ids, ids));
  expect(replaysOnRecord()[1]).toMatchObject({
    action: 'archive.replayed',
    actor: { id: expect.stringContaining('@') },
    metadata: { replay: name, putBack: 100 },
  });
});

test('trap 4: of old events for Datadog it is said beforehand that they are dated anew', async () => {
  const home = await open();
  await fill(home, 1);
  const { out } = await run(['replay', '--url', home.url, '--from', '2d', '--sink', 'named']);
  expect(out).toContain('named does not date events that are older than 18 hours as they were');
  expect((await run(['replay', '--url', home.url, '--from', '1h', '--sink', 'named'])).out).not.toContain(
    '18 hours',
  );
});

test('a destination that there is not, a filter that is none, and a token without the role are refused in words', async () => {
  const home = await open();
  const args = ['replay', '--url', home.url, '--from', '1h'];
  expect(await run([...args, '--sink', 'slack'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--sink is none of record, named, other'),
  });
  const ask = `fetch("${home.url}/dev/token",{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify({tenant:"acme",roles:["viewer"]})}).then(r=>r.json()).then(a=>console.log(a.token))`;
  expect(await run([...args, '--token-command', `'${process.execPath}' -e '${ask}'`])).toMatchObject({
    code: 1,
    err: expect.stringContaining('replay-archive needs the role operator'),
  });
  expect(await run(['replay', '--url', home.url, '--resume', 'named.1'])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--resume: this home knows no replay of that name'),
  });
});
