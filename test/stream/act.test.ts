import { expect, test } from '@jest/globals';
import type { DeadLetter, DeadLetters } from '../../src/stream/ports.ts';
import { aStream, noOperations } from './a-stream.ts';
import { anEvent, onBus, START_MS } from './memory-home.ts';

const aDeadLetter = (detail: unknown): DeadLetter => ({
  messageId: 'm1',
  queue: 'record',
  reason: 'invalid_event',
  detail: 'action is missing',
  receiveCount: 1,
  acceptedAtMs: START_MS,
  deadAtMs: START_MS + 1,
  event: onBus(detail),
});

const forOperators = ['dead-letters', 'dead-letter', 'replay-dead-letters', 'purge-dead-letters'] as const;

test.each([
  ['accounts', 'viewer', 'operator or auditor'],
  ...forOperators.flatMap((what) => [
    [what, 'viewer', 'the role operator,'] as const,
    [what, 'auditor', 'the role operator,'] as const,
  ]),
] as const)(
  '%s is refused to a %s, who is told the role that it takes, and that is audited',
  async (what, role, wanted) => {
    const { viewer, bus, settled } = aStream();
    const ada = await viewer('c1', { roles: [role] });
    expect(await ada.say({ type: 'act', what })).toMatchObject({
      name: 'forbidden',
      message: expect.stringContaining(wanted),
      temporary: false,
    });
    await settled();
    expect(bus.published.at(-1)?.detail).toMatchObject({
      tenantId: 'audit-stream',
      action: 'stream.act_refused',
      outcome: 'denied',
      actor: { id: 'ada', roles: [role] },
      metadata: { what },
    });
  },
);

test.each(['operator', 'auditor'] as const)('an %s gets the accounts', async (role) => {
  const { viewer } = aStream();
  const ada = await viewer('c1', { roles: [role] });
  expect(await ada.say({ type: 'act', what: 'accounts' })).toMatchObject({
    type: 'done',
    result: { hops: [] },
  });
});

test('which events are unaccounted for is told only to their tenant; the reserved tenant sees all', async () => {
  const lost = (tenantId: string) => ({ hop: 'record', tenantId, id: 'e', acceptedAtMs: START_MS });
  const unaccounted = [lost('acme'), lost('globex')];
  const operations = { ...noOperations, accounts: async () => ({ asOfMs: START_MS, hops: [], unaccounted }) };
  const { viewer } = aStream({ operations });
  const ada = await viewer('c1', { roles: ['operator'] });
  expect(await ada.say({ type: 'act', what: 'accounts' })).toMatchObject({
    result: { unaccounted: [{ tenantId: 'acme' }] },
  });
  const root = await viewer('c2', { roles: ['operator'], tenantId: 'audit-stream' });
  expect(await root.say({ type: 'act', what: 'accounts' })).toMatchObject({ result: { unaccounted } });
});

/** Dead letters of a home that only shows them. */
const showing = (letters: readonly DeadLetter[]): DeadLetters => ({
  ...noOperations.deadLetters,
  look: async ({ from = '0' }, visit) => {
    let scanned = 0;
    for (const [i, letter] of letters.entries()) {
      if (i < Number(from)) continue;
      scanned++;
      if (visit(letter, String(i + 1)) === 'enough') return { scanned, isComplete: false };
    }
    return { scanned, isComplete: true };
  },
});
const anOperator = async (deadLetters: DeadLetters, tenantId = 'acme') => {
  const { viewer } = aStream({ operations: { ...noOperations, deadLetters } });
  return viewer('c1', { roles: ['operator'], tenantId });
};

test("dead letters are the tenant's own and never carry the event; the reserved tenant sees all", async () => {
  const letters = [anEvent({ id: 'mine' }), anEvent({ id: 'theirs', tenantId: 'globex' }), 'junk'].map(
    aDeadLetter,
  );
  const ada = await anOperator(showing(letters));
  const answer = await ada.say({ type: 'act', what: 'dead-letters' });
  expect(answer).toMatchObject({
    result: { letters: [{ eventId: 'mine' }], groups: [{ reason: 'invalid_event', count: 1 }] },
  });
  expect(JSON.stringify(answer)).not.toContain('inv-1');
  const root = await anOperator(showing(letters), 'audit-stream');
  expect(await root.say({ type: 'act', what: 'dead-letters' })).toMatchObject({
    result: { letters: [{ eventId: 'mine' }, { eventId: 'theirs' }, { reason: 'invalid_event' }] },
  });
});

test('letters come in pages that fit a frame, whatever their texts, and none is left out', async () => {
  const letters = Array.from({ length: 65 }, (_, n) => ({
    ...aDeadLetter(anEvent({ id: `e${n}`, action: `a.${n}` })),
    messageId: `m${n}`,
    reason: `r${n % 3} ${'\u0001'.repeat(300)}`,
    detail: '😀'.repeat(500),
  }));
  const ada = await anOperator(showing(letters));
  const ids: string[] = [];
  for (let next: string | undefined; ; ) {
    const args = next === undefined ? {} : { next };
    const answer = await ada.say({ type: 'act', what: 'dead-letters', args });
    const page = (answer as unknown as { result: { letters: { eventId: string }[]; next?: string } }).result;
    ids.push(...page.letters.map(({ eventId }) => eventId));
    next = page.next;
    if (next === undefined) break;
  }
  expect(ids).toEqual(letters.map(({ event }) => (event.detail as { id: string }).id));
});

test.each([
  ['a large event', anEvent({ metadata: { text: 'x'.repeat(60_000) } }), ['metadata']],
  ['an event that is none', { text: 'x'.repeat(60_000) }, ['text']],
  ['text', '\u0001'.repeat(60_000), ['detail']],
])('%s is shown as far as it fits into a frame, with what was cut', async (_, detail, paths) => {
  const ada = await anOperator(showing([aDeadLetter(detail)]), 'audit-stream');
  expect(
    await ada.say({ type: 'act', what: 'dead-letter', args: { queue: 'record', messageId: 'm1' } }),
  ).toMatchObject({
    type: 'done',
    result: { messageId: 'm1', reason: 'invalid_event', trimmed: { paths, bytes: expect.any(Number) } },
  });
});

test.each([
  [{ queue: 7 }, 'args.queue'],
  [{ selection: { queue: 7 } }, 'args.selection.queue'],
  [{ selection: { reson: 'x' } }, 'args.selection.reson'],
  [{ selection: [] }, 'args.selection'],
  [{ selection: { ids: [] } }, 'args.selection.ids'],
  [{ selection: { ids: ['a', 7] } }, 'args.selection.ids[1]'],
  [{ selection: { olderThanMs: -1 } }, 'args.selection.olderThanMs'],
  [{ selection: { pattern: { actor: { type: [{ prefx: 'u' }] } } } }, 'args.selection.pattern.actor.type[0]'],
  [{ selection: { pattern: { a: ['x'.repeat(9_000)] } } }, 'args.selection.pattern'],
  [{ selection: { queue: 'none' } }, 'args.selection.queue'],
  [{ limit: 101 }, 'args.limit'],
  [{ run: 'mine' }, 'args.run'],
  [{ dryRun: 'yes' }, 'args.dryRun'],
  [[], 'args'],
])('arguments %j are refused at their path, before anything is moved', async (args, path) => {
  const move = () => Promise.reject(new Error('moved'));
  const ada = await anOperator({ ...noOperations.deadLetters, move });
  const answer = await ada.say({ type: 'act', what: 'replay-dead-letters', args });
  expect(answer).toMatchObject({ type: 'error', temporary: false });
  expect((answer as { path: string }).path).toContain(path);
});

test('an unknown queue is answered with those that there are', async () => {
  const ada = await anOperator(noOperations.deadLetters);
  expect(
    await ada.say({ type: 'act', what: 'dead-letters', args: { selection: { queue: 'none' } } }),
  ).toMatchObject({ name: 'not_found', message: 'there is no such queue; there are record' });
});

test('steps are on record however many there are in a minute', async () => {
  const deadLetters: DeadLetters = {
    ...noOperations.deadLetters,
    move: async () => ({ moved: 100, skipped: {}, failed: {}, next: 'more' }),
  };
  const { viewer, bus, settled } = aStream({
    operations: { ...noOperations, deadLetters },
    limits: { systemEventsPerMinute: 2 },
  });
  const ada = await viewer('c1', { roles: ['operator'] });
  for (let step = 0; step < 50; step++) await ada.say({ type: 'act', what: 'replay-dead-letters' });
  await settled();
  const steps = bus.published.filter(({ detail }) => detail.action === 'dead_letters.replayed');
  expect(steps).toHaveLength(50);
  expect(steps[0]?.detail).toMatchObject({
    tenantId: 'audit-stream',
    activity: 'execute',
    actor: { id: 'ada' },
    targets: [{ type: 'tenant', id: 'acme' }],
    metadata: { replayed: 100, selection: '{}', run: expect.stringMatching(/^run-/) },
  });
});

test('an answer over one frame is an error with the limit, not a broken frame', async () => {
  const hop = { name: 'x'.repeat(40_000), in: 0, out: 0, waiting: 0, dead: 0, unaccounted: 0 };
  const accounts = async () => ({ asOfMs: START_MS, hops: [hop], unaccounted: [] });
  const operations = { ...noOperations, accounts };
  const { viewer } = aStream({ operations });
  const ada = await viewer('c1', { roles: ['operator'] });
  expect(await ada.say({ type: 'act', what: 'accounts' })).toMatchObject({ name: 'too_large' });
});
