import { afterEach, expect, test } from '@jest/globals';
import { topologyWith } from '../../src/local/destinations.ts';
import { openStore, type Store } from '../../src/local/store/open-store.ts';
import type { Replay, ReplayCount } from '../../src/stream/replays.ts';
import { acceptable } from '../builders/acceptable.ts';
import { aDestination } from '../sink/a-delivery.ts';
import { aStream, noDeliveries, noOperations } from './a-stream.ts';
import { aClock, START_MS } from './memory-home.ts';

let store: Store | undefined;
afterEach(() => store?.close());

async function aHome() {
  const clock = aClock();
  const topology = topologyWith([aDestination('datadog', { apiKey: { env: 'PATH' } })]);
  const opened = openStore({ dataDir: ':memory:', now: clock.now, topology });
  store = opened;
  await opened.accept([
    ...['a', 'b', 'c'].map((id) => acceptable({ id })),
    acceptable({ id: 'theirs', tenantId: 'globex' }),
  ]);
  const home = aStream({ clock, operations: { ...opened, ...noDeliveries } });
  const as = async (
    tenantId: string,
    roles: readonly ('viewer' | 'operator' | 'auditor')[] = ['operator'],
  ) => {
    const viewer = await home.viewer(`c-${tenantId}-${roles}`, {
      tenantId,
      roles,
      subject: `${tenantId}-ada`,
    });
    return async (args: unknown) => viewer.say({ type: 'act', what: 'replay-archive', args });
  };
  const audited = async () => {
    await home.settled();
    return home.bus.published
      .map(({ detail }) => detail)
      .filter(({ action }) => action !== 'stream.connected');
  };
  return { as, audited };
}
const span = { fromMs: 0, toMs: START_MS + 1 };
const resultOf = <T>(answer: unknown) => (answer as { result: T }).result;

test.each([['viewer'], ['auditor'], ['viewer', 'auditor']] as const)(
  'who is no operator (%s, %s) replays nothing, and that is audited',
  async (...roles) => {
    const { as, audited } = await aHome();
    const ask = await as('acme', roles);
    expect(await ask({ step: 'begin', sink: 'datadog', ...span })).toMatchObject({
      name: 'forbidden',
      message: expect.stringContaining('operator'),
    });
    expect(await audited()).toMatchObject([
      { action: 'stream.act_refused', outcome: 'denied', metadata: { what: 'replay-archive' } },
    ]);
  },
);

test('a count does nothing; a replay is on record when it begins and when it is done, with who, whereto and how many', async () => {
  const { as, audited } = await aHome();
  const ask = await as('acme');
  const filter = { id: ['a', 'b'] };
  expect(resultOf<ReplayCount>(await ask({ step: 'count', sink: 'datadog', ...span, filter }))).toEqual({
    matched: 2,
    redatesAfterMs: 18 * 3_600_000,
  });
  expect(await audited()).toEqual([]);

  const { name } = resultOf<Replay>(await ask({ step: 'begin', sink: 'datadog', ...span, filter }));
  expect(resultOf(await ask({ step: 'go-on', name, limit: 1 }))).toMatchObject({ putBack: 1, isDone: false });
  expect(resultOf(await ask({ step: 'go-on', name }))).toMatchObject({ putBack: 2, isDone: true });
  expect(resultOf(await ask({ step: 'go-on', name }))).toMatchObject({ putBack: 2, isDone: true });

  const metadata = {
    replay: name,
    sink: 'datadog',
    from: '1970-01-01T00:00:00.000Z',
    to: '2026-11-01T12:00:00.001Z',
    filter: '{"id":["a","b"]}',
    tenant: 'acme',
  };
  const by = { tenantId: 'audit-stream', actor: { id: 'acme-ada' }, outcome: 'success' };
  expect(await audited()).toMatchObject([
    { ...by, action: 'archive.replay_started', metadata },
    { ...by, action: 'archive.replayed', metadata: { ...metadata, putBack: 2 } },
  ]);
});

test('an operator replays its own tenant’s events alone; the reserved tenant everybody’s', async () => {
  const { as } = await aHome();
  const counted = async (tenant: string) =>
    resultOf<ReplayCount>(await (await as(tenant))({ step: 'count', ...span })).matched;
  expect(await counted('acme')).toBe(3);
  expect(await counted('globex')).toBe(1);
  expect(await counted('audit-stream')).toBe(4);
});

test('another tenant’s replay is not known, nor is one that there is not', async () => {
  const { as } = await aHome();
  const { name } = resultOf<Replay>(await (await as('acme'))({ step: 'begin', ...span }));
  for (const tenant of ['globex', 'audit-stream'])
    expect(await (await as(tenant))({ step: 'go-on', name })).toMatchObject({ name: 'not_found' });
  expect(await (await as('acme'))({ step: 'go-on', name: 'record.1' })).toMatchObject({
    name: 'not_found',
    path: 'args.name',
  });
});

test.each([
  [undefined, 'args.step', 'must be one of count, begin, go-on'],
  [[], 'args', 'must be an object'],
  [{ step: 'undo' }, 'args.step', 'must be one of count, begin, go-on'],
  [{ step: 'begin', fromMs: 0 }, 'args.toMs', 'whole milliseconds'],
  [{ step: 'begin', fromMs: '0', toMs: 1 }, 'args.fromMs', 'whole milliseconds'],
  [{ step: 'begin', fromMs: 1, toMs: 1 }, 'args.toMs', 'must be later'],
  [{ step: 'begin', ...span, sink: 'slack' }, 'args.sink', 'is none of record, datadog'],
  [{ step: 'begin', ...span, sink: 'broadcast' }, 'args.sink', 'is none of record, datadog'],
  [{ step: 'begin', ...span, filter: { id: 'a' } }, 'args.filter', '$.id'],
  [{ step: 'begin', ...span, after: '1.1' }, 'args.after', 'is none of sink, fromMs, toMs, filter'],
  [{ step: 'count', ...span, after: "1.1' OR 1" }, 'args.after', 'gave as next'],
  [{ step: 'go-on' }, 'args.name', 'must be a string'],
  [{ step: 'go-on', name: 'a', limit: 0 }, 'args.limit', 'from 1'],
])('%j is refused at %s', async (args, path, words) => {
  const { as, audited } = await aHome();
  expect(await (await as('acme'))(args)).toMatchObject({
    name: 'invalid_message',
    path,
    message: expect.stringContaining(words),
  });
  expect(await audited()).toEqual([]);
});

test('where there is no archive of its own, as in AWS, it says who replays', async () => {
  const { viewer } = aStream({ operations: noOperations });
  const ada = await viewer('c1', { roles: ['operator'] });
  expect(
    await ada.say({ type: 'act', what: 'replay-archive', args: { step: 'count', ...span } }),
  ).toMatchObject({
    type: 'error',
    message: expect.stringContaining('audit-stream replay --bus NAME'),
  });
});
