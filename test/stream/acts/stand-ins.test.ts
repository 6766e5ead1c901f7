import { expect, test } from '@jest/globals';
import type { StandInFault, StandInRequest } from '../../../src/domain/stand-ins.ts';
import type { StandInControl } from '../../../src/stream/acts/stand-ins.ts';
import { aStream, noOperations } from '../a-stream.ts';

const aRequest = (seq: number, chars = 10): StandInRequest => ({
  seq,
  atMs: 0,
  operation: 'POST /x',
  valid: true,
  problems: [],
  status: 202,
  bytes: 1,
  count: 1,
  ids: [`e-${seq}`],
  preview: ['x'.repeat(chars)],
});

/** One stand-in, "datadog", that was sent these requests. */
function control(requests: readonly StandInRequest[] = []) {
  let fault: StandInFault = { kind: 'none' };
  const asked: unknown[] = [];
  const state = () => ({
    ...{ name: 'datadog', sink: 'datadog', title: 'Datadog logs', fault },
    ...{ requests: requests.length, taken: 0, invalid: 0 },
  });
  const standIns: StandInControl = {
    list: () => [state()],
    requests: (name, options) => {
      asked.push(options);
      return name === 'datadog' ? requests.filter(({ seq }) => seq > (options.after ?? 0)) : undefined;
    },
    set: (name, next) => {
      if (name !== 'datadog') return undefined;
      fault = next;
      return state();
    },
  };
  return { standIns, asked };
}

async function anOperator(standIns: StandInControl | undefined, tenantId = 'acme') {
  const stream = aStream({ operations: { ...noOperations, ...(standIns && { standIns }) } });
  const operator = await stream.viewer('c1', { roles: ['operator'], tenantId });
  const act = (what: 'stand-ins' | 'set-stand-in', args?: object) =>
    operator.say({ type: 'act', what, ...(args && { args }) });
  return { ...stream, act };
}

test.each(['viewer', 'auditor'] as const)('a %s may neither look nor set, and is audited', async (role) => {
  const { viewer, bus, settled } = aStream({ operations: { ...noOperations, ...control() } });
  const ada = await viewer('c1', { roles: [role] });
  const args = { name: 'datadog', fault: { kind: '500' } };
  for (const what of ['stand-ins', 'set-stand-in'] as const)
    expect(await ada.say({ type: 'act', what, args })).toMatchObject({
      name: 'forbidden',
      message: `${what} needs the role operator, the token gives ${role}`,
    });
  await settled();
  const refused = bus.published.filter(
    ({ detail }) => (detail as { action: string }).action === 'stream.act_refused',
  );
  expect(refused).toHaveLength(2);
});

test('a fault is set, answered with the state after it, and audited', async () => {
  const { act, bus, settled } = await anOperator(control().standIns);
  const fault = { kind: '429', retryAfterSeconds: 30, share: 0.5 };

  expect(await act('set-stand-in', { name: 'datadog', fault })).toMatchObject({
    type: 'done',
    result: { name: 'datadog', fault },
  });
  await settled();
  expect(bus.published.at(-1)?.detail).toMatchObject({
    tenantId: 'audit-stream',
    action: 'stand_in.changed',
    outcome: 'success',
    metadata: { standIn: 'datadog', fault: '429' },
  });
});

test('a home without stand-ins says so', async () => {
  const { act } = await anOperator(undefined);
  for (const what of ['stand-ins', 'set-stand-in'] as const)
    expect(await act(what, {})).toMatchObject({
      name: 'not_found',
      message: expect.stringContaining('there are no stand-ins in this home'),
    });
});

test.each([
  [{ fault: { kind: '500' } }, 'args.name', 'must be a string, got nothing'],
  [{ name: 'datadog' }, 'args.fault', 'must be an object'],
  [{ name: 'datadog', fault: { kind: '418' } }, 'args.fault.kind', 'must be one of none, 429'],
  [{ name: 'datadog', fault: { kind: '500', ms: 5 } }, 'args.fault.ms', 'is no part of the fault 500'],
  [{ name: 'datadog', fault: { kind: 'slow' } }, 'args.fault.ms', 'must be a number from 1 to 60000'],
  [{ name: 'datadog', fault: { kind: '500', share: 2 } }, 'args.fault.share', 'must be a number from 0 to 1'],
  [
    { name: 'datadog', fault: { kind: '500', calls: 0 } },
    'args.fault.calls',
    'must be a whole number from 1',
  ],
  [{ name: 'other', fault: { kind: '500' } }, 'args.name', 'there is no such stand-in; there are datadog'],
])('%p is refused at %s', async (args, path, message) => {
  const { act } = await anOperator(control().standIns);
  expect(await act('set-stand-in', args)).toMatchObject({
    type: 'error',
    path,
    message: expect.stringContaining(message),
  });
});

test('an operator is shown its own tenant, one of the reserved tenant all', async () => {
  const { standIns, asked } = control();
  await (await anOperator(standIns)).act('stand-ins', { name: 'datadog' });
  await (await anOperator(standIns, 'audit-stream')).act('stand-ins', { name: 'datadog', after: 3 });
  expect(asked).toEqual([
    { after: undefined, tenantId: 'acme' },
    { after: 3, tenantId: undefined },
  ]);
});

test('an answer fits a frame: the latest without `after`, the next with it, so that who polls misses none', async () => {
  const requests = Array.from({ length: 100 }, (_, i) => aRequest(i + 1, 1_000));
  const { act } = await anOperator(control(requests).standIns);
  const seqs = async (args: object) => {
    const answer = await act('stand-ins', { name: 'datadog', ...args });
    expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThan(32 * 1024);
    return (answer as { result: { requests: StandInRequest[] } }).result.requests.map(({ seq }) => seq);
  };

  expect((await seqs({})).at(-1)).toBe(100);
  const polled: number[] = [];
  for (let after = 0; after < 100; after = polled.at(-1) ?? 100) polled.push(...(await seqs({ after })));
  expect(polled).toEqual(requests.map(({ seq }) => seq));
});
