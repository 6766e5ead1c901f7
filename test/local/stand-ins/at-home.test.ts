/** A home whose destinations are all stand-ins: what arrives, what a fault does, and that nothing is lost by one. */
import { expect, test } from '@jest/globals';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../../../src/domain/bus-event.ts';
import type { StandInFault, StandInRequest, StandIns } from '../../../src/domain/stand-ins.ts';
import type { Home } from '../../../src/local/home.ts';
import { SINKS } from '../../../src/sink/registry.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aHome, aToken, eventually, post } from '../a-home.ts';
import { aViewer } from '../a-viewer.ts';

/** Goes on by itself, and by leaps where a test has no time to wait. */
function aClock() {
  let aheadMs = 0;
  return { now: () => Date.now() + aheadMs, leap: (ms: number) => (aheadMs += ms) };
}

async function anOperator(home: Home) {
  const viewer = await aViewer(
    home.streamUrl,
    await aToken(home, { tenant: 'audit-stream', roles: ['operator'], expiresInSeconds: 86_400 }),
  );
  let asked = 0;
  const act = async (what: string, args: object = {}) => {
    const id = `a${++asked}`;
    viewer.say({ type: 'act', id, what, args });
    return eventually(() => viewer.heard.find((one) => 'id' in one && one.id === id));
  };
  const result = async <T>(what: string, args?: object) => ((await act(what, args)) as { result: T }).result;
  return {
    act,
    set: (name: string, fault: StandInFault) => result('set-stand-in', { name, fault }),
    states: async () => (await result<StandIns>('stand-ins')).standIns,
    requests: async (name: string): Promise<readonly StandInRequest[]> =>
      (await result<StandIns>('stand-ins', { name })).requests ?? [],
  };
}

const idsIn = (requests: readonly StandInRequest[]) => requests.flatMap(({ ids }) => ids);
/** A connection that ended half-way through the answer had taken the request before. */
const taken = (requests: readonly StandInRequest[]) =>
  requests.filter(({ status = 0, fault }) => fault === 'half-closed' || (status >= 200 && status < 300));

async function emit(home: Home, ...ids: readonly string[]) {
  for (const id of ids) {
    const at = new Date().toISOString();
    // A change, so that destinations that take nothing else get it too.
    const change = { category: 'configuration', severity: 'medium' } as const;
    await post(`${home.url}/events`, anAuditEvent({ id, occurredAt: at, recordedAt: at, ...change }));
  }
}

const namesOf = (home: Home, takes: 'events' | 'alerts') =>
  home.destinations.filter(({ sink }) => sink.takes === takes).map(({ name }) => name);

test('every kind of destination has a stand-in', async () => {
  const home = await aHome({ standIns: {} });
  expect(new Set(home.destinations.map(({ sink }) => sink.name))).toEqual(new Set(Object.keys(SINKS)));
});

test('every event reaches every stand-in that takes events, and every request keeps to its contract', async () => {
  const home = await aHome({ standIns: {} });
  const operator = await anOperator(home);
  await emit(home, 'a', 'b', 'c');

  for (const name of namesOf(home, 'events'))
    await eventually(async () => {
      const ids = new Set(idsIn(await operator.requests(name)));
      return ['a', 'b', 'c'].every((id) => ids.has(id));
    });

  const states = await operator.states();
  expect(states.map(({ name, invalid }) => ({ name, invalid }))).toEqual(
    states.map(({ name }) => ({ name, invalid: 0 })),
  );
  for (const { name } of states)
    expect((await operator.requests(name)).flatMap(({ problems }) => problems)).toEqual([]);
});

const FAULTS: readonly StandInFault[] = [
  { kind: '429', retryAfterSeconds: 1 },
  { kind: '500' },
  { kind: '503' },
  { kind: 'half-closed' },
  { kind: 'slow', ms: 20 },
  { kind: 'wrong-key' },
];

const NOTICES: readonly Partial<Alert>[] = [
  { change: 'fired', status: 'firing' },
  { change: 'merged', status: 'firing', count: 7 },
  { change: 'repeated', status: 'firing', count: 7 },
  { change: 'acknowledged', status: 'acknowledged', acknowledgedBy: { id: 'ada' } },
  { change: 'resolved', status: 'resolved', resolvedBy: { kind: 'quiet' } },
];

const linesIn = (requests: readonly StandInRequest[]) => requests.flatMap(({ preview }) => preview);
const isOver = (lines: readonly string[], alertId: string) =>
  lines.some((line) => /resolve/i.test(line) && line.includes(alertId));

/** Alerts from their firing to their end, as rules will make them. */
async function tell(home: Home, notices: typeof NOTICES, ...alertIds: readonly string[]) {
  for (const [i, notice] of notices.entries())
    for (const alertId of alertIds) {
      const made = { occurredAt: new Date().toISOString(), id: crypto.randomUUID() };
      const detail = anAlert({
        ...notice,
        ...made,
        alertId,
        sequence: i + 1,
        title: `<!channel> & ${alertId}`,
      });
      const [outcome] = await home.publish([{ source: SYSTEM_SOURCE, detailType: AUDIT_ALERT, detail }]);
      expect(outcome).toMatchObject({ kind: 'accepted' });
    }
}

test('alerts reach every stand-in that takes alerts, from their firing to their end', async () => {
  const { now, leap } = aClock();
  const home = await aHome({ standIns: {}, now });
  const operator = await anOperator(home);
  const names = namesOf(home, 'alerts');
  const linesAt = async (name: string) => linesIn(await operator.requests(name));
  await tell(home, NOTICES, 'alert-1', 'alert-2');

  for (const name of names)
    await eventually(async () => {
      // Notices wait for their turn and pace, and queues sleep by the clock of the machine: what is no news wakes them.
      leap(1_500);
      await tell(home, NOTICES.slice(0, 1), 'alert-1');
      const lines = await linesAt(name);
      return isOver(lines, 'alert-1') && isOver(lines, 'alert-2');
    });

  for (const name of names) {
    const problems = (await operator.requests(name)).flatMap((request) => request.problems);
    expect({ name, problems }).toEqual({ name, problems: [] });
    expect((await linesAt(name)).filter((line) => line.includes('dropped'))).toEqual([]);
  }
});

test.each(FAULTS)('after %p is healed everything has arrived, and the books are even', async (fault) => {
  const { now, leap } = aClock();
  const home = await aHome({ standIns: {}, now });
  const operator = await anOperator(home);
  const names = home.destinations.map(({ name }) => name);
  for (const name of names) await operator.set(name, fault);
  await emit(home, 'first');
  await tell(home, NOTICES, 'alert-1');
  for (const name of names)
    await eventually(async () => (await operator.requests(name)).some((one) => one.fault === fault.kind));

  for (const name of names) await operator.set(name, { kind: 'none' });
  const isAllOut = async () => (await home.store.accounts()).hops.every(({ waiting }) => waiting === 0);
  await eventually(async () => {
    leap(200_000);
    // Who says nothing for ten minutes is cut off.
    await operator.states();
    // Queues sleep by the clock of the machine: something new wakes them.
    await emit(home, crypto.randomUUID());
    await tell(home, NOTICES.slice(0, 1), 'alert-1');
    return until(isAllOut, 2_500).then(
      () => true,
      () => false,
    );
  });

  const { unaccounted, hops } = await home.store.accounts();
  expect(unaccounted).toEqual([]);
  expect(hops.filter(({ dead }) => dead !== 0)).toEqual([]);
  for (const name of namesOf(home, 'events'))
    expect(idsIn(taken(await operator.requests(name)))).toContain('first');
  for (const name of namesOf(home, 'alerts'))
    expect(isOver(linesIn(taken(await operator.requests(name))), 'alert-1')).toBe(true);
});
