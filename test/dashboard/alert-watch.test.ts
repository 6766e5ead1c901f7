/** What the page knows of alerts, against a server that is told what to answer and pushes what a test wants. */
import { expect, test } from '@jest/globals';
import { openAlerts } from '../../dashboard/src/alerts/alert-book.ts';
import { ALERTS_SUB, AlertWatch } from '../../dashboard/src/alerts/alert-watch.ts';
import type { AuditStream, AuditStreamClientEvents } from '../../src/client/client.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertRecord } from '../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import { aSilence } from '../builders/a-silence.ts';
import { anAlert } from '../builders/an-alert.ts';
import { anAlertRecord } from '../builders/an-alert-record.ts';

const NOW_MS = Date.parse('2026-11-01T12:10:00.000Z');

/** Records newest first; `fault`: what every act is answered with instead. */
function aServer(records: readonly AlertRecord[] = []) {
  const listeners = new Map<string, ((value: never) => void)[]>();
  const asked: { readonly what: string; readonly args: Record<string, unknown> }[] = [];
  const state = {
    records,
    silences: [] as readonly Silence[],
    fault: undefined as string | undefined,
    faultName: 'disconnected',
  };
  const subscribed: unknown[] = [];
  let begin = () => {};
  const answers: Readonly<Record<string, (args: Record<string, unknown>) => unknown>> = {
    alerts({ state: of, before, limit }) {
      const all = state.records.filter(({ alert }) => of === 'all' || alert.status !== 'resolved');
      const from = before === undefined ? 0 : Number(before);
      const to = from + Number(limit);
      return { alerts: all.slice(from, to), ...(to < all.length && { next: String(to) }) };
    },
    alert: ({ alertId }) => state.records.find(({ alert }) => alert.alertId === alertId),
    silences: () => ({ silences: state.silences }),
    'acknowledge-alert': ({ alertId }) =>
      anAlertRecord({
        alertId: String(alertId),
        sequence: 2,
        status: 'acknowledged',
        change: 'acknowledged',
      }),
    'silence-alerts': ({ match, comment }) => aSilence({ id: 'new', match, comment: String(comment) }),
    'end-silence': ({ id }) => aSilence({ id: String(id), endedBy: { id: 'me' } }),
  };
  const client = {
    on(name: string, listener: (value: never) => void) {
      listeners.set(name, [...(listeners.get(name) ?? []), listener]);
      return () => {};
    },
    subscribe(...args: unknown[]) {
      subscribed.push(args);
      return new Promise((resolve) => {
        begin = () => resolve('position' as never);
      });
    },
    async act(what: string, args: Record<string, unknown>) {
      asked.push({ what, args });
      if (state.fault !== undefined) throw Object.assign(new Error(state.fault), { name: state.faultName });
      return answers[what]?.(args);
    },
  } as unknown as Pick<AuditStream, 'on' | 'subscribe' | 'act'>;
  const emit = <K extends keyof AuditStreamClientEvents>(name: K, value: AuditStreamClientEvents[K]) => {
    for (const listener of listeners.get(name) ?? []) listener(value as never);
  };
  const watch = new AlertWatch({ client, now: () => NOW_MS });
  const fired: string[] = [];
  watch.onFired(({ alertId }) => fired.push(alertId));
  watch.start();
  return {
    watch,
    state,
    asked,
    subscribed,
    fired,
    emit,
    push: (fields: Partial<Alert>) => emit('alert', { alert: anAlert(fields), subs: ['live', ALERTS_SUB] }),
    async begins() {
      begin();
      await settled();
    },
    openIds: () => openAlerts(watch.book.value).map(({ alert }) => alert.alertId),
  };
}

const settled = () => new Promise((resolve) => setImmediate(resolve));

test('it takes alerts alone, from now on, and asks for what is open once that has begun', async () => {
  const { subscribed, asked, begins, openIds, watch } = aServer([
    anAlertRecord({ alertId: 'b' }),
    anAlertRecord({ alertId: 'a', status: 'resolved' }),
  ]);
  await settled();
  expect(subscribed).toEqual([[ALERTS_SUB, { alertId: [{ exists: true }] }, { after: 'now' }]]);
  expect(asked).toEqual([]);
  await begins();
  expect(openIds()).toEqual(['b']);
  expect(watch.isReady.value).toBe(true);
});

test('more open alerts than one answer holds are asked for page by page', async () => {
  const records = Array.from({ length: 45 }, (_, i) => anAlertRecord({ alertId: `a${i}` }));
  const { asked, begins, openIds } = aServer(records);
  await begins();
  expect(openIds()).toHaveLength(45);
  expect(asked.filter(({ what }) => what === 'alerts')).toHaveLength(3);
});

test('what is pushed while the list is on its way outdates the list', async () => {
  const { push, begins, watch } = aServer([anAlertRecord({ sequence: 1 })]);
  push({ sequence: 2, status: 'acknowledged', change: 'acknowledged' });
  await begins();
  expect(watch.book.value.get('alert-1')?.alert.status).toBe('acknowledged');
});

test('an alert of another subscription alone, and an event that comes as `also`, are not its business', async () => {
  const { emit, begins, openIds } = aServer();
  await begins();
  emit('alert', { alert: anAlert(), subs: ['live'] });
  const also = { id: 'x', subs: [ALERTS_SUB], acceptedAtMs: 1 };
  emit('also', { ...also, event: anAlert({ alertId: 'no-alert' }) as never });
  emit('also', { ...also, subs: ['live'], kind: 'alert', event: anAlert({ alertId: 'of-others' }) as never });
  expect(openIds()).toEqual([]);
  emit('also', { ...also, kind: 'alert', event: anAlert({ alertId: 'also' }) as never });
  expect(openIds()).toEqual(['also']);
});

test('who listens hears of what begins, once; not of what was open before, nor of what is silenced', async () => {
  const { push, begins, fired, state, watch } = aServer([anAlertRecord({ alertId: 'before' })]);
  state.silences = [aSilence({ match: { severity: ['low'] } })];
  push({ alertId: 'ongoing', sequence: 3, change: 'merged' });
  await begins();
  push({ alertId: 'before', sequence: 2, change: 'merged' });
  push({ alertId: 'new' });
  push({ alertId: 'new' });
  push({ alertId: 'new', sequence: 2, change: 'merged' });
  push({ alertId: 'hushed', severity: 'low' });
  push({ alertId: 'planned', suppressedBy: { kind: 'maintenance', id: 'friday' } });
  push({ alertId: 'over', status: 'resolved', change: 'resolved' });
  expect(fired).toEqual(['new']);
  expect(watch.book.value.has('hushed')).toBe(true);
});

test('after a gap it asks again, and an alert that is over by now is gone', async () => {
  const { emit, begins, openIds, state, fired } = aServer([
    anAlertRecord({ alertId: 'lasting' }),
    anAlertRecord({ alertId: 'ending' }),
  ]);
  await begins();
  expect(openIds()).toHaveLength(2);
  state.records = [anAlertRecord({ alertId: 'missed' }), anAlertRecord({ alertId: 'lasting' })];
  const gap = {
    from: 'a',
    availableFrom: 'b',
    reason: 'retention',
  } as never as AuditStreamClientEvents['gap'];
  emit('gap', { ...gap, sub: 'live' });
  await settled();
  expect(openIds()).toContain('ending');
  emit('gap', { ...gap, sub: ALERTS_SUB });
  await settled();
  expect(openIds().toSorted()).toEqual(['lasting', 'missed']);
  expect(fired).toEqual([]);
});

test('a list that could not be had is asked for again on the next connection', async () => {
  const { emit, begins, openIds, state, watch } = aServer([anAlertRecord()]);
  state.fault = 'the connection was lost';
  await begins();
  expect(watch.trouble.value).toBe('the connection was lost');
  expect(watch.isReady.value).toBe(false);
  state.fault = undefined;
  emit('status', { kind: 'live', since: 1 });
  await settled();
  expect(openIds()).toEqual(['alert-1']);
  expect(watch.trouble.value).toBeUndefined();
});

test('a notice that came without what tells it apart is found in the list', async () => {
  const { emit, begins, openIds, state } = aServer();
  await begins();
  state.records = [anAlertRecord({ alertId: 'large' })];
  emit('alert', { alert: { id: 'n', alertId: 'large', tenantId: 'acme' }, subs: [ALERTS_SUB] });
  await settled();
  expect(openIds()).toEqual(['large']);
});

test('older ones come page by page until there are none', async () => {
  const records = Array.from({ length: 30 }, (_, i) =>
    anAlertRecord({ alertId: `a${String(99 - i)}`, status: 'resolved' }),
  );
  const { begins, watch } = aServer(records);
  await begins();
  await watch.loadOlder();
  expect(watch.book.value.size).toBe(20);
  expect(watch.past.value).toEqual({ isWhole: false, isLoading: false });
  await watch.loadOlder();
  expect(watch.book.value.size).toBe(30);
  expect(watch.past.value.isWhole).toBe(true);
});

test('what a person did shows before its notice comes; what the server refuses is thrown', async () => {
  const { begins, watch, state } = aServer([anAlertRecord()]);
  await begins();
  await watch.acknowledge('alert-1');
  expect(watch.book.value.get('alert-1')?.alert.status).toBe('acknowledged');
  await watch.silence({ match: { severity: ['low'] }, comment: 'why', seconds: 60 });
  expect(watch.silences.value).toMatchObject([{ id: 'new', comment: 'why' }]);
  await watch.endSilence('new');
  expect(watch.silences.value).toMatchObject([{ id: 'new', endedBy: { id: 'me' } }]);
  state.fault = 'acknowledge-alert needs the role operator';
  await expect(watch.acknowledge('alert-1')).rejects.toThrow(/role operator/);
});

test('a notice of a silence that the page does not know makes it ask', async () => {
  const { push, begins, state, watch } = aServer();
  await begins();
  state.silences = [aSilence({ id: 'of-others', from: '2026-11-01T12:00:00.000Z' })];
  push({ suppressedBy: { kind: 'silence', id: 'of-others' } });
  await settled();
  expect(watch.silences.value).toMatchObject([{ id: 'of-others' }]);
});

test('a server without rules is no trouble, and is asked again on the next connection', async () => {
  const { emit, begins, openIds, state, watch, asked } = aServer([anAlertRecord()]);
  Object.assign(state, { fault: 'there are no alerts here', faultName: 'not_found' });
  await begins();
  expect(watch.hasRules.value).toBe(false);
  expect(watch.trouble.value).toBeUndefined();
  const before = asked.length;
  await watch.loadOlder();
  expect(asked).toHaveLength(before);
  state.fault = undefined;
  emit('status', { kind: 'live', since: 1 });
  await settled();
  expect(watch.hasRules.value).toBe(true);
  expect(openIds()).toEqual(['alert-1']);
});

test('an alert is not taken for over because the list of open ones was cut', async () => {
  const some = (letter: string, count: number) =>
    Array.from({ length: count }, (_, i) => anAlertRecord({ alertId: `${letter}${i}` }));
  const { emit, begins, openIds, state } = aServer(some('a', 500));
  await begins();
  expect(openIds()).toHaveLength(500);
  // A server lists so many, and says of no more.
  state.records = some('b', 500);
  const gap = {
    from: 'a',
    availableFrom: 'b',
    reason: 'retention',
  } as never as AuditStreamClientEvents['gap'];
  emit('gap', { ...gap, sub: ALERTS_SUB });
  await settled();
  expect(openIds()).toContain('b499');
  expect(openIds()).toContain('a499');
});
