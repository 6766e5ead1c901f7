import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Act } from '../../../src/domain/protocol/messages.ts';
import type { Role } from '../../../src/stream/ports.ts';
import { aDetector, START_MS } from '../../detect/a-detector.ts';
import { aStream, noOperations } from '../a-stream.ts';
import { aClock } from '../memory-home.ts';

const READING = ['alerts', 'alert', 'silences'] as const;
const CHANGING = ['acknowledge-alert', 'resolve-alert', 'silence-alerts', 'end-silence'] as const;

async function anOpenAlert() {
  const { send, store, detector } = aDetector({ rules: [{ id: 'login' }] });
  await send({});
  const [open] = await store.records.open('acme', 1);
  const reported: { readonly action: string; readonly reason?: unknown; readonly metadata?: unknown }[] = [];
  const stream = aStream({
    clock: aClock(START_MS),
    operations: {
      ...noOperations,
      alerts: { records: store.records, silences: store.silences, act: detector.act },
    },
    publish: async (entries) =>
      entries.map(({ detail }) => {
        reported.push(detail as (typeof reported)[number]);
        return { kind: 'accepted', busId: 'b' };
      }),
  });
  const asker = async (connectionId: string, roles: readonly Role[]) => {
    const viewer = await stream.viewer(connectionId, { roles, subject: connectionId });
    await stream.settled();
    reported.splice(0);
    return async (what: Act, args: object = {}) => {
      const answer = await viewer.say({ type: 'act', what, args });
      await stream.settled();
      return answer;
    };
  };
  return { asker, reported, alertId: open?.alert.alertId ?? '' };
}

test.each<Role>(['viewer', 'operator', 'auditor'])('a %s may look at alerts and silences', async (role) => {
  const { asker, reported, alertId } = await anOpenAlert();
  const ask = await asker('c1', [role]);
  for (const what of READING) expect(await ask(what, { alertId })).toMatchObject({ type: 'done' });
  expect(reported).toEqual([]);
});

test.each<Role>(['viewer', 'auditor'])(
  'a %s may change nothing, is told which role it takes, and each try is on record',
  async (role) => {
    const { asker, reported, alertId } = await anOpenAlert();
    const ask = await asker('c1', [role]);
    for (const what of CHANGING) {
      expect(await ask(what, { alertId })).toMatchObject({
        name: 'forbidden',
        path: 'what',
        message: `${what} needs the role operator, the token gives ${role}`,
      });
      expect(reported.splice(0)).toMatchObject([
        {
          action: 'stream.act_refused',
          outcome: 'denied',
          actor: { id: 'c1', roles: [role] },
          reason: { code: 'role', message: `${what} needs the role operator` },
          metadata: { what },
        },
      ]);
    }
    expect(await ask('alerts')).toMatchObject({ result: { alerts: [{ alert: { status: 'firing' } }] } });
  },
);

test('of two operators at once one has it in hand and is on record; both see who', async () => {
  const { asker, reported, alertId } = await anOpenAlert();
  const both = [await asker('ada', ['operator']), await asker('noor', ['operator'])];
  const answers = await Promise.all(both.map((ask) => ask('acknowledge-alert', { alertId })));
  expect(reported).toMatchObject([{ action: 'alert.acknowledged' }]);
  const [{ actor }] = reported as unknown as readonly [{ readonly actor: { readonly id: string } }];
  for (const answer of answers)
    expect(answer).toMatchObject({ result: { alert: { acknowledgedBy: { id: actor.id } } } });
});

test('whatever the arguments are, the answer is a result or says where the fault is', async () => {
  const { asker } = await anOpenAlert();
  const ask = await asker('c1', ['operator']);
  const names = ['state', 'before', 'limit', 'alertId', 'all', 'match', 'seconds', 'until', 'comment', 'id'];
  const values = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom<unknown>('open', 'all', { severity: ['low'] }, 60, '2026-11-02T12:00:00Z', 'why', true),
  );
  const args = fc.dictionary(fc.constantFrom(...names, 'everything', '__proto__'), values);
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...READING, ...CHANGING), args, async (what, given) => {
      const answer = await ask(what, given);
      if (answer.type === 'error') expect(answer.path).toMatch(/^args/);
      else expect(answer.type).toBe('done');
    }),
    { numRuns: 500 },
  );
});
