import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { text } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { type Running, run, start } from './run-cli.ts';

let dataDir: string;
let home: Running;
let url: string;

/** Serves until a test or the end stops it. */
async function serve(dir: string, ...args: readonly string[]): Promise<Running> {
  const running = start(['serve', '--port', '0', '--data', dir, ...args]);
  await until(() => /is at http/.test(running.out()) || running.process.exitCode !== null);
  return running;
}

async function stop(running: Running): Promise<void> {
  running.process.kill('SIGINT');
  await running.ended;
}

beforeAll(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  home = await serve(dataDir);
  url = /is at (\S+)\//.exec(home.out())?.[1] ?? '';
});
afterAll(async () => {
  await stop(home);
  rmSync(dataDir, { recursive: true });
});

let tailing: Running | undefined;
afterEach(async () => {
  if (tailing) await stop(tailing);
  tailing = undefined;
});

const line = (fields: Parameters<typeof anAuditEvent>[0]) => JSON.stringify(anAuditEvent(fields));

test('what is emitted is tailed, once, filtered, as JSON', async () => {
  tailing = start([
    'tail',
    '--url',
    url,
    '--tenant',
    'tailed',
    '--filter',
    '{"outcome": ["denied"]}',
    '--json',
  ]);
  await until(() => tailing?.err().includes('watching tailed') ?? false);

  const sent = await run(
    ['emit', '--url', url],
    [
      line({ id: 't1', tenantId: 'tailed', outcome: 'denied' }),
      line({ id: 't2', tenantId: 'tailed' }),
      line({ id: 't3', tenantId: 'tailed', outcome: 'denied' }),
    ].join('\n'),
  );
  await until(() => tailing?.out().includes('"t3"') ?? false);

  expect(sent).toMatchObject({ code: 0, out: '3 of 3 events taken.\n' });
  expect(
    tailing
      .out()
      .trimEnd()
      .split('\n')
      .map((text) => JSON.parse(text).id),
  ).toEqual(['t1', 't3']);
});

test('one event can be made of flags, and is seen by who looks back', async () => {
  const sent = await run([
    'emit',
    '--url',
    url,
    '--tenant',
    'flags',
    '--action',
    'invoice.approved',
    '--actor',
    'ada',
    '--target',
    'invoice:4711',
  ]);
  tailing = start(['tail', '--url', url, '--tenant', 'flags', '--since', '1h']);
  await until(() => tailing?.out().includes('invoice.approved') ?? false);

  expect(sent.code).toBe(0);
  expect(tailing.out()).toContain('ada  → invoice 4711');
});

test('what is refused is named by its line, with the reason, and the rest is taken', async () => {
  const sent = await run(
    ['emit', '--url', url],
    [
      line({ id: 'good', tenantId: 'mixed' }),
      '{"broken"',
      line({ id: 'bad', tenantId: 'mixed', action: 'Nonsense' }),
    ].join('\n'),
  );

  expect(sent).toMatchObject({ code: 1, out: '1 of 3 events taken, 2 refused.\n' });
  expect(sent.err).toMatch(/line 2: MalformedJson/);
  expect(sent.err).toMatch(/line 3 \(bad\): InvalidAuditEvent: action: /);
});

test('while the disk takes nothing the same events are sent again', async () => {
  const bodies: string[] = [];
  const server = createServer(async (request, response) => {
    bodies.push(await text(request));
    response.statusCode = bodies.length === 1 ? 503 : 200;
    response.end(
      JSON.stringify(
        bodies.length === 1
          ? { message: 'the disk is full' }
          : { results: [{ id: 'e', status: 'accepted' }] },
      ),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;

  const sent = await run(['emit', '--url', `http://127.0.0.1:${port}`], line({ id: 'e' }));
  server.close();

  expect(sent).toMatchObject({ code: 0, out: '1 of 1 events taken.\n' });
  expect(bodies).toHaveLength(2);
  expect(bodies[0]).toBe(bodies[1]);
});

test('a token command is asked for the token, and its failure is told without its output', async () => {
  const ask = `fetch("${url}/dev/token",{method:"POST",headers:{"content-type":"application/json"},body:JSON.stringify({tenant:"flags"})}).then(r=>r.json()).then(a=>console.log(a.token))`;
  const token = `'${process.execPath}' -e '${ask}'`;
  await run(['emit', '--url', url, '--tenant', 'flags', '--action', 'token.used', '--actor', 'ada']);
  tailing = start(['tail', '--url', url, '--token-command', token, '--since', '1h']);
  await until(() => tailing?.out().includes('token.used') ?? false);
  const failing = start(['tail', '--url', url, '--token-command', 'echo SECRET >&2; exit 7']);
  await until(() => failing.err().includes('exit code 7'));
  await stop(failing);

  expect(failing.err()).not.toContain('SECRET');
});

test('nothing in an event can steer the terminal', async () => {
  await run(
    ['emit', '--url', url],
    line({ tenantId: 'ansi', actor: { type: 'user', id: 'a', name: 'red\u202Eder' } }),
  );
  tailing = start(['tail', '--url', url, '--tenant', 'ansi', '--since', '1h']);
  await until(() => tailing?.out().includes('red') ?? false);

  expect(tailing.out()).toContain('red\\u202Eder');
});

test('doctor counts a running home, and finds all accounted for', async () => {
  const { code, out } = await run(['doctor', '--url', url]);

  expect(code).toBe(0);
  expect(out).toContain('Everything that was accepted is accounted for.');
});

test('doctor names a row that was deleted, and replay brings it back', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const other = await serve(dir);
  const otherUrl = /is at (\S+)\//.exec(other.out())?.[1] ?? '';
  await run(['emit', '--url', otherUrl], [line({ id: 'stays' }), line({ id: 'goes' })].join('\n'));
  await until(async () => (await run(['doctor', '--url', otherUrl, '--json'])).out.includes('"waiting":0'));
  await stop(other);
  const db = new DatabaseSync(join(dir, 'audit-stream.db'));
  expect(db.prepare("DELETE FROM trail WHERE event_id = 'goes'").run().changes).toBe(1);
  db.close();

  const lost = await run(['doctor', '--data', dir]);
  const looked = await run(['replay', '--from', '1h', '--data', dir]);
  const still = await run(['doctor', '--data', dir]);
  const mended = await run(['replay', '--from', '1h', '--data', dir, '--execute']);
  const after = await run(['doctor', '--data', dir]);

  expect(lost.code).toBe(1);
  expect(lost.out).toMatch(/goes {2}of acme, accepted .*, missing after/);
  expect(lost.out).not.toContain('stays');
  expect(looked).toMatchObject({ code: 0, out: expect.stringContaining('would be put back for the trail') });
  expect(still).toMatchObject({ code: 1, out: expect.stringContaining('goes  of acme') });
  expect(mended).toMatchObject({ code: 0, out: expect.stringContaining('all are accounted for') });
  expect(after.code).toBe(0);
  rmSync(dir, { recursive: true });
});

test('a demo plays events of three tenants from the first second', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const demo = await serve(dir, '--demo', '--rate', '200');
  const demoUrl = /is at (\S+)\//.exec(demo.out())?.[1] ?? '';

  await until(async () => {
    const { tenants } = (await (await fetch(`${demoUrl}/dev/tenants`)).json()) as { tenants: string[] };
    return ['acme', 'globex', 'initech'].every((tenant) => tenants.includes(tenant));
  });
  await stop(demo);
  rmSync(dir, { recursive: true });
});

test.each([
  [['nonsense'], /no command "nonsense"/],
  [['tail', '--nonsense'], /Unknown option '--nonsense'/],
  [['tail', '--filter', '{'], /--filter must be JSON/],
  [['tail', '--filter', '{"action": "x"}'], /--filter: \$\.action/],
  [['tail', '--since', 'yesterday'], /--since must be a span/],
  [['serve', '--port', 'many'], /--port must be a number/],
  [['serve', '--rate', '5'], /--rate goes with --demo/],
  [['emit', '--tenant', 'a', '--action', 'a.b'], /needs --tenant, --action and --actor/],
  [
    ['emit', '--tenant', 'a', '--action', 'a.b', '--actor', 'c', '--outcome', 'good'],
    /--outcome must be one of success/,
  ],
  [['replay'], /--from is missing/],
  [['replay', '--from', '1h', '--filter', '{"action": "x"}'], /--filter: \$\.action/],
  [['replay', '--from', '1h', '--data', '/nowhere'], /holds no audit-stream.db/],
  [['replay', '--from', '1h', '--config', 'a.json'], /--config goes with --data/],
  [['replay', '--resume', 'a.1', '--from', '1h'], /--from does not go with --resume/],
  [['replay', '--status', 'a.1'], /--status goes with --bus/],
  [['replay', '--bus', 'b', '--from', '1h', '--rate', '5'], /--rate is for a home on one machine/],
  [['replay', '--bus', 'b', '--status', 'a', '--from', '1h'], /--from does not go with --status/],
])('%p is answered with what to write, and exit code 2', async (args, words) => {
  const { code, err, out } = await run(args);

  expect(code).toBe(2);
  expect(err + out).toMatch(words);
});

test('a command that finds no home says so', async () => {
  expect(
    await run(['emit', '--url', 'http://127.0.0.1:9', '--tenant', 'a', '--action', 'a.b', '--actor', 'c']),
  ).toMatchObject({ code: 1, err: expect.stringContaining('nothing answers at http://127.0.0.1:9') });
  expect((await run(['doctor', '--url', 'http://127.0.0.1:9'])).code).toBe(3);
  expect((await run(['doctor', '--data', '/nowhere'])).code).toBe(3);
});

test('a second home on the same folder is refused, naming the first', async () => {
  const { code, err } = await run(['serve', '--port', '0', '--data', dataDir]);

  expect(code).toBe(1);
  expect(err).toMatch(/in use by process \d+/);
});

test('a port that is taken, and an address for others without an issuer, are refused in words', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const taken = await run(['serve', '--port', new URL(url).port, '--data', dir]);
  const open = await run(['serve', '--host', '0.0.0.0', '--port', '0', '--data', dir]);
  rmSync(dir, { recursive: true });

  expect(taken).toMatchObject({ code: 1, err: expect.stringMatching(/port|EADDRINUSE/) });
  expect(open).toMatchObject({ code: 1, err: expect.stringContaining('issuer') });
});

test('a configuration that cannot be used is refused with its paths', async () => {
  const file = join(dataDir, 'wrong.json');
  writeFileSync(file, '{"listn": 3}');

  expect(await run(['serve', '--config', file])).toMatchObject({
    code: 1,
    err: expect.stringContaining('listn: is no setting'),
  });
});

test('every command has a help', async () => {
  for (const name of ['serve', 'emit', 'tail', 'dashboard', 'doctor', 'replay', 'stand-in']) {
    const { code, out } = await run([name, '--help']);
    expect(code).toBe(0);
    expect(out).toContain(`audit-stream ${name}`);
    expect(out).toContain('Example');
  }
});
