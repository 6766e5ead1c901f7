import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { until } from '../builders/until.ts';
import { aDemo } from './a-demo.ts';
import { run, start } from './run-cli.ts';

const demo = aDemo({ eventsPerSecond: 20 });

const standIn = (...args: readonly string[]) => run(['stand-in', ...args, '--url', demo.url()]);
interface Listed {
  readonly name: string;
  readonly taken: number;
  readonly invalid: number;
}
const listed = async () => JSON.parse((await standIn('list', '--json')).out) as readonly Listed[];

test('a demo names its destinations, and each of them is sent requests that keep to its contract', async () => {
  const [, names = ''] = /destinations: (.*) \(stand-ins on this machine\)/.exec(demo.out()) ?? [];
  // A rule of the demo fires after some seconds.
  await until(async () => (await listed()).every(({ taken }) => taken > 0), 60_000);

  const states = await listed();
  expect(states.map(({ name }) => name)).toEqual(names.split(', '));
  expect(states.filter(({ invalid }) => invalid > 0)).toEqual([]);
  expect((await standIn('list')).out).toMatch(/datadog .* works/);
}, 90_000);

test('what one was sent is shown, without a key', async () => {
  await until(async () => (await standIn('show', 'datadog')).out.includes('POST /api/v2/logs'));
  const { out, code } = await standIn('show', 'datadog');

  expect(code).toBe(0);
  expect(out).toMatch(/202 {2}POST \/api\/v2\/logs/);
  expect(out + (await standIn('show', 'webhook', '--json')).out).not.toMatch(
    /whsec_|dd-api-key|"authorization"/,
  );
});

test('it fails as it is told, and works again', async () => {
  const failed = await standIn('fail', 'datadog', '--with', '429', '--retry-after', '1', '--share', '0.9');
  await until(async () => (await standIn('show', 'datadog')).out.includes('429  POST'));
  const healed = await standIn('heal');

  expect(failed).toMatchObject({
    code: 0,
    out: 'datadog: fails with 429, Retry-After 1 s, 90 % of its calls\n',
  });
  expect(healed.out).toContain('datadog works again.');
  expect((await standIn('list')).out).not.toContain('fails');
});

test.each([
  [[], /There are list, show, fail, heal/],
  [['show'], /show which\?/],
  [['fail', 'datadog'], /--with is missing: 429, 500/],
  [['fail', 'datadog', '--with', '418'], /fault.kind must be one of/],
  [['fail', 'datadog', '--with', '500', '--ms', '5'], /fault.ms is no part of the fault 500/],
  [['fail', 'datadog', '--with', '500', '--share', 'half'], /--share must be a number/],
])('%p is answered with what to write, and exit code 2', async (args, words) => {
  expect(await standIn(...args)).toMatchObject({ code: 2, err: expect.stringMatching(words) });
});

test('a name that there is not is answered with the names that there are', async () => {
  expect(await standIn('heal', 'nonsense')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/no such stand-in; there are datadog, /),
  });
});

test('a real OpenSearch takes the place of its stand-in; where none answers its events wait, and that is said', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'audit-stream-'));
  const args = [
    'serve',
    '--demo',
    '--port',
    '0',
    '--data',
    dir,
    '--opensearch',
    'http://ada:secret@127.0.0.1:9',
  ];
  const running = start(args);
  await until(() => /Ctrl-C/.test(running.out()) || running.process.exitCode !== null);
  const [, own = ''] = /is at (\S+)\//.exec(running.out()) ?? [];
  const { out } = await run(['stand-in', 'list', '--json', '--url', own]);
  running.process.kill('SIGINT');
  await running.ended;
  rmSync(dir, { recursive: true });

  expect(running.out()).toMatch(
    /opensearch: the real one at http:\/\/127\.0\.0\.1:9, where nothing answers yet/,
  );
  expect(running.out()).not.toContain('secret');
  expect((JSON.parse(out) as readonly Listed[]).map(({ name }) => name)).not.toContain('opensearch');
});

test('--opensearch goes with a demo that has no configuration', async () => {
  expect(await run(['serve', '--opensearch', 'http://127.0.0.1:9200'])).toMatchObject({ code: 2 });
});
