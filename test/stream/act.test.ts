import { expect, test } from '@jest/globals';
import type { DeadLetter } from '../../src/stream/ports.ts';
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

test.each(['accounts', 'dead-letters'] as const)(
  'a viewer who asks for %s is refused with the role that it takes, and that is audited',
  async (what) => {
    const { viewer, bus, settled } = aStream();
    const ada = await viewer('c1');
    expect(await ada.say({ type: 'act', what })).toMatchObject({
      name: 'forbidden',
      message: expect.stringContaining('operator or auditor'),
      temporary: false,
    });
    await settled();
    expect(bus.published.at(-1)?.detail).toMatchObject({
      tenantId: 'audit-stream',
      action: 'stream.act_refused',
      outcome: 'denied',
      actor: { id: 'ada', roles: ['viewer'] },
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

test("dead letters are the tenant's own and never carry the event; the reserved tenant sees all", async () => {
  const letters = [anEvent({ id: 'mine' }), anEvent({ id: 'theirs', tenantId: 'globex' }), 'junk'];
  const deadLetters = { list: () => ({ letters: letters.map(aDeadLetter), next: 'more' }) };
  const operations = { ...noOperations, deadLetters };
  const { viewer } = aStream({ operations });
  const ada = await viewer('c1', { roles: ['operator'] });
  const answer = await ada.say({ type: 'act', what: 'dead-letters', args: { queue: 'record' } });
  expect(answer).toMatchObject({ result: { deadLetters: [{ eventId: 'mine' }], next: 'more' } });
  expect(JSON.stringify(answer)).not.toContain('inv-1');
  const root = await viewer('c2', { roles: ['operator'], tenantId: 'audit-stream' });
  expect(await root.say({ type: 'act', what: 'dead-letters' })).toMatchObject({
    result: { deadLetters: [{ eventId: 'mine' }, { eventId: 'theirs' }, { reason: 'invalid_event' }] },
  });
});

test('arguments of another kind are refused at their path', async () => {
  const { viewer } = aStream();
  const ada = await viewer('c1', { roles: ['operator'] });
  expect(await ada.say({ type: 'act', what: 'dead-letters', args: { queue: 7 } })).toMatchObject({
    name: 'invalid_message',
    path: 'args.queue',
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
