/** The latency check, as a process of its own, against a real home on real sockets. */
import { expect, test } from '@jest/globals';
import type { LatencyReport } from '../../../bin/latency/measure-latency.ts';
import { aHome } from '../../local/a-home.ts';
import { run } from '../run-cli.ts';

const LITTLE = ['--clients', '7', '--events', '4', '--rate', '50', '--tenant', 'acme'];

const report = (out: string) => JSON.parse(out) as LatencyReport & { isGood: boolean };

test('every client gets every marked event once, each hop is timed, and the trail has them all', async () => {
  const { url } = await aHome();

  const { code, out } = await run(['doctor', '--latency', '600000', '--url', url, ...LITTLE, '--json']);

  const found = report(out);
  expect({ code, ...found }).toMatchObject({
    code: 0,
    isGood: true,
    clients: 7,
    events: 4,
    deliveries: 28,
    lost: 0,
    twice: 0,
    notInTrail: 0,
  });
  for (const hop of Object.values(found.hops))
    expect(hop).toEqual({
      p50: expect.any(Number),
      p95: expect.any(Number),
      p99: expect.any(Number),
      most: expect.any(Number),
    });
});

test('with every push dropped all of it comes by pull, and nothing is said of the push', async () => {
  const { url } = await aHome({ faults: { dropPush: 1 } });

  const { code, out } = await run(['doctor', '--latency', '--url', url, ...LITTLE, '--json']);

  expect({ code, ...report(out) }).toMatchObject({ code: 0, deliveries: 28, byPull: 28, lost: 0 });
  expect(report(out).hops.push).toBeUndefined();
}, 60_000);

test('connections that are cut at every push lose nothing, and the trail is watched on', async () => {
  const { url } = await aHome({ faults: { cut: 1 } });

  const { code, out } = await run(['doctor', '--latency', '--url', url, ...LITTLE, '--json']);

  expect({ code, ...report(out) }).toMatchObject({ code: 0, deliveries: 28, lost: 0, notInTrail: 0 });
}, 100_000);

test('over the bound it ends with 1, and the table says which bound', async () => {
  const { url } = await aHome();

  const { code, out } = await run(['doctor', '--latency', '0', '--url', url, ...LITTLE]);

  expect(code).toBe(1);
  expect(out).toContain('28 of 28 deliveries');
  expect(out).toMatch(/p95 of the whole way: [\d.]+ ms, bound 0 ms/);
});

test('what cannot be looked at ends with 3 and the reason', async () => {
  const { url } = await aHome();

  expect(await run(['doctor', '--latency', '--url', 'http://127.0.0.1:9', ...LITTLE])).toMatchObject({
    code: 3,
  });
  expect(
    await run(['doctor', '--latency', '--url', url, '--token-command', 'exit 7', '--clients', '1']),
  ).toMatchObject({ code: 3, err: expect.stringContaining('exit code 7') });
});
