import { expect, test } from '@jest/globals';
import type { Silence } from '../../src/domain/alert/silence.ts';
import { aDetector, MINUTE, SECOND, START_MS } from './a-detector.ts';

const MFA_OFF = {
  id: 'mfa-off',
  pattern: { action: ['mfa.disabled'] },
  groupBy: ['actor.id'],
  resolve: { after: '15m', pattern: { action: ['mfa.enabled'] } },
  repeat: '1h',
};
const OFF = { action: 'mfa.disabled' };
const ALL = ['page', 'slack', 'pagerduty'];
const at = (ms: number) => new Date(START_MS + ms).toISOString();

test('it fires at once, merges at its pace, repeats, and is over after quiet', async () => {
  const { send, pass, news, published } = aDetector({ rules: [{ ...MFA_OFF, resolve: { after: '3h' } }] });
  await send(OFF);
  expect(published[0]).toMatchObject({
    status: 'firing',
    sequence: 1,
    title: '1 of u-1',
    group: { 'actor.id': 'u-1' },
    links: [{ url: 'https://audit.example.com/?alert=id-1' }],
  });
  expect(news()).toEqual([{ change: 'fired', count: 1, to: ALL }]);
  await pass(5 * SECOND);
  await send(OFF, OFF);
  await send(OFF);
  expect(news()).toEqual([]);
  await pass(MINUTE, SECOND);
  expect(published.at(-1)).toMatchObject({ title: '4 of u-1' });
  expect(news()).toEqual([{ change: 'merged', count: 4, to: ALL }]);
  await pass(60 * MINUTE, 10 * SECOND);
  expect(news()).toEqual([{ change: 'repeated', count: 4, to: ALL }]);
  await pass(120 * MINUTE, 30 * SECOND);
  expect(news().map(({ change }) => change)).toEqual(['repeated', 'resolved']);
});

test('a resolving event ends it, and the next event is another alert', async () => {
  const { send, pass, published } = aDetector({ rules: [MFA_OFF] });
  await send(OFF);
  await pass(SECOND);
  await send({ action: 'mfa.enabled', actor: { type: 'user', id: 'somebody-else' } });
  expect(published).toHaveLength(1);
  await send({ action: 'mfa.enabled', id: 'enabled' });
  expect(published[1]).toMatchObject({
    status: 'resolved',
    resolvedBy: { kind: 'event', eventId: 'enabled' },
  });
  await pass(SECOND);
  await send(OFF);
  expect(published[2]).toMatchObject({ status: 'firing', sequence: 1 });
  expect(published[2]?.alertId).not.toBe(published[0]?.alertId);
});

test('trap 68: a redelivered event counts once, and the clock tells nothing of an alert that is over', async () => {
  const { send, pass, news } = aDetector({ rules: [MFA_OFF] });
  await send({ ...OFF, id: 'one' }, { ...OFF, id: 'two' });
  await send({ ...OFF, id: 'one' }, { ...OFF, id: 'two' });
  news();
  await pass(2 * SECOND);
  await send({ action: 'mfa.enabled' });
  expect(news()).toEqual([{ change: 'resolved', count: 2, to: ALL }]);
  // The update, the repetition and the end by quiet were all due later.
  await pass(24 * 60 * MINUTE, MINUTE);
  await send({ ...OFF, id: 'one', occurredAt: at(0) });
  expect(news()).toEqual([]);
});

test('trap 69: what is over by the time that it comes sends nothing', async () => {
  const { send, pass, news } = aDetector({ rules: [MFA_OFF] });
  await send(OFF);
  await pass(30 * SECOND);
  await send({ action: 'mfa.enabled' });
  news();
  // It was switched off and on again in between; the queue brings that last.
  await send({ ...OFF, occurredAt: at(10 * SECOND) });
  expect(news()).toEqual([]);
});

test('people acknowledge and resolve; while it is acknowledged nobody is woken again', async () => {
  const { send, pass, news, detector, published } = aDetector({
    rules: [{ ...MFA_OFF, resolve: { after: '5h' } }],
  });
  await send(OFF);
  const { alertId = '' } = published[0] ?? {};
  news();
  const ada = { id: 'ada', name: 'Ada' };
  expect(await detector.act('acme', alertId, { kind: 'acknowledge', by: ada })).toMatchObject({
    kind: 'done',
    record: { alert: { status: 'acknowledged', acknowledgedBy: ada }, steps: [{}, { by: ada }] },
  });
  expect(await detector.act('acme', alertId, { kind: 'acknowledge', by: { id: 'noor' } })).toMatchObject({
    kind: 'already',
    record: { alert: { acknowledgedBy: ada } },
  });
  expect(await detector.act('globex', alertId, { kind: 'resolve', by: ada })).toEqual({ kind: 'unknown' });
  await pass(4 * 60 * MINUTE, MINUTE);
  expect(news()).toEqual([{ change: 'acknowledged', count: 1, to: ALL }]);
  await detector.act('acme', alertId, { kind: 'resolve', by: ada });
  expect(published[0]).toMatchObject({ status: 'resolved', resolvedBy: { kind: 'person', id: 'ada' } });
  expect(await detector.act('acme', alertId, { kind: 'resolve', by: ada })).toMatchObject({
    kind: 'already',
  });
  await send(OFF);
  expect(published[1]).toMatchObject({ status: 'firing' });
});

const silence = (fields: Partial<Silence> = {}): Silence => ({
  id: 'quiet-please',
  tenantId: 'acme',
  match: { rule: { id: ['mfa-off'] } },
  from: at(0),
  until: at(10 * MINUTE),
  author: { id: 'ada' },
  comment: 'Phones are replaced.',
  ...fields,
});

test('a silence keeps destinations from hearing; when it ends they hear of what still fires', async () => {
  const { send, pass, news, store, published } = aDetector({
    rules: [{ ...MFA_OFF, resolve: { after: '1h' } }],
  });
  await store.silences.put(silence());
  await send(OFF);
  expect(published[0]).toMatchObject({ suppressedBy: { kind: 'silence', id: 'quiet-please' } });
  expect(news()).toEqual([{ change: 'fired', count: 1, to: ['page'] }]);
  await pass(9 * MINUTE, SECOND);
  expect(news()).toEqual([]);
  await pass(2 * MINUTE, SECOND);
  expect(news()).toEqual([{ change: 'fired', count: 1, to: ALL }]);
});

test('a silence never keeps the end from those who were told of the beginning', async () => {
  const { send, pass, news, store } = aDetector({ rules: [MFA_OFF] });
  await send(OFF);
  await pass(3 * SECOND);
  await store.silences.put(silence());
  await pass(3 * SECOND);
  await send(OFF);
  await pass(MINUTE, SECOND);
  expect(news()).toEqual([
    { change: 'fired', count: 1, to: ALL },
    { change: 'merged', count: 2, to: ['page'] },
  ]);
  await send({ action: 'mfa.enabled' });
  expect(news()).toEqual([{ change: 'resolved', count: 2, to: ALL }]);
});

test('a graver alert of the same group holds the lesser one back', async () => {
  const { send, news } = aDetector({
    rules: [
      { ...MFA_OFF, id: 'worst', severity: 'critical', title: 'worst' },
      {
        id: 'lesser',
        pattern: { action: ['user.login'] },
        severity: 'medium',
        groupBy: ['actor.id'],
        title: 'lesser',
      },
    ],
  });
  await send(OFF);
  await send({});
  expect(news()).toEqual([
    { change: 'fired', count: 1, to: ALL },
    { change: 'fired', count: 1, to: ['page'] },
  ]);
});

test('silence: it fires when events stop, and ends with the next one', async () => {
  const { send, pass, news, published } = aDetector({
    rules: [
      {
        id: 'log-silent',
        kind: 'silence',
        after: '10m',
        title: 'nothing for {window}',
        groupBy: ['source.service'],
      },
    ],
  });
  await send({});
  await pass(9 * MINUTE, MINUTE);
  await send({});
  await pass(9 * MINUTE, MINUTE);
  expect(news()).toEqual([]);
  await pass(2 * MINUTE, SECOND);
  expect(published[0]).toMatchObject({ title: 'nothing for 10m', count: 0, lastAt: at(9 * MINUTE) });
  await send({ id: 'back' });
  expect(published[1]).toMatchObject({ status: 'resolved', resolvedBy: { kind: 'event', eventId: 'back' } });
});

test('silence: whoever ends it has the same time again until it fires, and is not told again at once', async () => {
  const { send, pass, detector, published, news } = aDetector({
    rules: [{ id: 'log-silent', kind: 'silence', after: '10m' }],
  });
  await send({});
  await pass(11 * MINUTE, SECOND);
  await detector.act('acme', published[0]?.alertId ?? '', { kind: 'resolve', by: { id: 'ada' } });
  expect(news().map(({ change }) => change)).toEqual(['fired', 'resolved']);
  await pass(10 * MINUTE - SECOND, SECOND);
  expect(news()).toEqual([]);
  await pass(2 * SECOND, SECOND);
  expect(news().map(({ change }) => change)).toEqual(['fired']);
});

test('new value: what a group has not shown fires once it is known', async () => {
  const { send, pass, published } = aDetector({
    rules: [
      {
        id: 'new-client',
        kind: 'new_value',
        field: 'context.userAgent',
        learning: '1h',
        groupBy: ['actor.id'],
        title: '{actor.id}: {value}',
        resolve: { pattern: { action: ['client.confirmed'] } },
      },
    ],
  });
  const by = (userAgent: string) => ({ context: { userAgent } });
  await send(by('curl'), by('firefox'));
  await pass(60 * MINUTE);
  await send(by('curl'));
  expect(published).toEqual([]);
  await send(by('nmap'));
  expect(published).toMatchObject([
    { title: 'u-1: nmap', group: { 'actor.id': 'u-1', 'context.userAgent': 'nmap' }, count: 1 },
  ]);
  await send(by('nmap'));
  expect(published).toHaveLength(1);
  // Only what shows the same value ends it.
  await send({ action: 'client.confirmed', ...by('curl') });
  expect(published).toHaveLength(1);
  await pass(SECOND);
  await send({ action: 'client.confirmed', ...by('nmap') });
  expect(published[1]).toMatchObject({ status: 'resolved', resolvedBy: { kind: 'event' } });
});

test('what comes after the quiet is another alert, though the clock has not come to the end yet', async () => {
  const { send, detector, store, published, pass } = aDetector({ rules: [MFA_OFF] });
  await send(OFF);
  const { tick } = detector;
  detector.tick = async () => 0;
  await pass(16 * MINUTE);
  await send(OFF);
  expect(published.map(({ change }) => change)).toEqual(['fired', 'resolved', 'fired']);
  expect(await store.records.open('acme', 10)).toHaveLength(1);
  detector.tick = tick;
});

test('a flood: beyond what a rule may fire in an hour there is one summary', async () => {
  const { send, pass, published } = aDetector({ rules: [{ ...MFA_OFF, maxAlertsPerHour: 3 }] });
  const people = Array.from({ length: 50 }, (_, i) => ({
    ...OFF,
    actor: { type: 'user' as const, id: `u${i}` },
  }));
  for (const person of people) await send(person);
  await send(...people);
  expect(published).toHaveLength(4);
  expect(published[3]).toMatchObject({ title: 'Flood: Rule', change: 'fired', count: 1 });
  await pass(MINUTE, SECOND);
  const summary = published.findLast(({ title }) => title.startsWith('Flood'));
  expect(summary).toMatchObject({
    change: 'merged',
    count: 94,
    message: expect.stringContaining('94 so far'),
  });
  await pass(20 * MINUTE, SECOND);
  expect(published.filter(({ status }) => status === 'resolved')).toHaveLength(4);
});

test('a notice that the bus does not take is published later, under the same id', async () => {
  const { send, pass, setBus, published, store } = aDetector({ rules: [MFA_OFF] });
  setBus(false);
  expect(await send(OFF)).toEqual([{ kind: 'delivered' }]);
  const [record] = await store.records.open('acme', 10);
  setBus(true);
  await pass(10 * SECOND, SECOND);
  expect(published.map(({ id }) => id)).toEqual([record?.alert.id]);
});

test('a changed rule keeps its open alert; one that is gone ends it', async () => {
  const { send, redeployed, published, pass } = aDetector({ rules: [MFA_OFF] });
  await send(OFF);
  await pass(SECOND);
  await redeployed([{ ...MFA_OFF, severity: 'critical', groupBy: ['actor.id'] }]).tick();
  expect(published).toHaveLength(1);
  await pass(20 * SECOND);
  const without = redeployed([{ id: 'another' }]);
  await pass(16 * MINUTE);
  await without.tick();
  expect(published.at(-1)).toMatchObject({ status: 'resolved' });
});

test('a condition of the system fires while it is broken, never through what is broken', async () => {
  const { detector, pass, news, published } = aDetector({ rules: [] });
  const condition = {
    id: 'pipeline-misconfigured',
    name: 'A destination is set up wrongly',
    subject: 'slack',
    isBroken: true,
    severity: 'high' as const,
    title: 'slack is misconfigured: http_401',
    notThrough: 'slack',
  };
  await detector.pipeline([{ ...condition, isBroken: false }]);
  expect(published).toEqual([]);
  await detector.pipeline([condition]);
  await detector.pipeline([condition]);
  expect(published[0]).toMatchObject({
    tenantId: 'audit-stream',
    rule: { name: condition.name },
    severity: 'high',
  });
  expect(news()).toEqual([{ change: 'fired', count: 0, to: ['page', 'pagerduty'] }]);
  await pass(5 * 60 * MINUTE, MINUTE);
  expect(news()).toEqual([{ change: 'repeated', count: 0, to: ['page', 'pagerduty'] }]);
  await detector.pipeline([{ ...condition, isBroken: false }]);
  expect(news()).toEqual([{ change: 'resolved', count: 0, to: ['page', 'pagerduty'] }]);
});

test('a condition of the system that a person ended rests, until it was well meanwhile or its repetition is due', async () => {
  const { detector, pass, news, store } = aDetector({ rules: [] });
  const broken = {
    id: 'pipeline-dead-letters',
    name: 'Dead letters wait',
    subject: 'record',
    isBroken: true,
    severity: 'high' as const,
    title: 'record has dead letters',
  };
  const end = async () => {
    const [open] = await store.records.open('audit-stream', 1);
    const act = { kind: 'resolve' as const, by: { id: 'ada' } };
    expect(await detector.act('audit-stream', open?.alert.alertId ?? '', act)).toMatchObject({
      kind: 'done',
    });
  };
  const told = () => news().map(({ change }) => change);
  await detector.pipeline([broken]);
  await end();
  await pass(4 * 60 * MINUTE - SECOND);
  await detector.pipeline([broken]);
  expect(told()).toEqual(['fired', 'resolved']);
  await pass(SECOND);
  await detector.pipeline([broken]);
  await end();
  expect(told()).toEqual(['fired', 'resolved']);
  await detector.pipeline([{ ...broken, isBroken: false }]);
  await detector.pipeline([broken]);
  expect(told()).toEqual(['fired']);
});

test('what is no event is rejected, and a store that fails loses nothing', async () => {
  const { send, detector, store, published } = aDetector({ rules: [MFA_OFF] });
  const junk = {
    messageId: 'm',
    receiveCount: 1,
    acceptedAtMs: START_MS,
    event: { 'detail-type': 'Audit Event', source: 'audit.x', detail: 'junk' },
  };
  expect(await detector.consume([junk as never])).toMatchObject([
    { kind: 'rejected', reason: 'invalid_event' },
  ]);
  const write = store.states.write;
  store.states.write = () => Promise.reject(new Error('disk full'));
  expect(await send(OFF, { action: 'other.thing' })).toMatchObject([
    { kind: 'retry' },
    { kind: 'delivered' },
  ]);
  store.states.write = write;
  await send(OFF);
  expect(published).toHaveLength(1);
});

test('alerts that begin and end in one batch are all told and kept', async () => {
  const { send, published, store } = aDetector({ rules: [MFA_OFF] });
  const seconds = Array.from({ length: 45 }, (_, i) => 2 * i * SECOND);
  await send(
    ...seconds.flatMap((ms) => [
      { ...OFF, occurredAt: at(ms) },
      { action: 'mfa.enabled', occurredAt: at(ms + SECOND) },
    ]),
  );
  expect(published.map(({ change }) => change)).toEqual(seconds.flatMap(() => ['fired', 'resolved']));
  const { records } = await store.records.page('acme', { limit: 100 });
  expect(records.map(({ alert }) => alert.status)).toEqual(Array(45).fill('resolved'));
});
