/** The journal's way back: every line gets onto the bus, or waits with its reason, or comes again. */
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { journalLine } from '../../../src/audit/delivery/journal.ts';
import { makeCollect } from '../../../src/aws/journal/collect.ts';
import { subscriptionName } from '../../../src/aws/journal/subscription-name.ts';
import type { Outgoing } from '../../../src/aws/queue/queue-calls.ts';
import type { Publish } from '../../../src/stream/ports.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';

function payload(messages: readonly string[], change: object = {}) {
  const data = {
    messageType: 'DATA_MESSAGE',
    owner: '123456789012',
    logGroup: '/aws/lambda/billing',
    logStream: '2026/11/01/[$LATEST]abc',
    subscriptionFilters: [subscriptionName('billing')],
    logEvents: messages.map((message, i) => ({ id: String(i), timestamp: 1_793_534_400_000 + i, message })),
    ...change,
  };
  return { awslogs: { data: gzipSync(JSON.stringify(data)).toString('base64') } };
}

function aCollector(answer: (id: string) => 'accepted' | string = () => 'accepted', canGiveUp = true) {
  const put: { id: string; source: string }[] = [];
  const letters: Outgoing[] = [];
  const logged: string[] = [];
  const publish: Publish = async (entries) =>
    entries.map(({ source, detail }) => {
      const { id } = detail as { id: string };
      const code = answer(id);
      if (code !== 'accepted') return { kind: 'refused', code, message: 'for the test' };
      put.push({ id, source });
      return { kind: 'accepted', busId: `bus-${id}` };
    });
  const collect = makeCollect({
    publish,
    giveUp: async (given) => {
      if (canGiveUp) letters.push(...given);
      return given.map(() => (canGiveUp ? undefined : 'queue down'));
    },
    log: (_level, message, fields) => void logged.push(JSON.stringify([message, fields])),
  });
  return { collect, put, letters, logged };
}

const line = (id: string) => journalLine(anAuditEvent({ id })).trimEnd();

test('records come to the bus as those of the service whose log it is, whatever they say themselves', async () => {
  const { collect, put, letters } = aCollector();
  await collect(payload([line('a'), line('b')]));
  expect(put).toEqual([
    { id: 'a', source: 'audit.billing' },
    { id: 'b', source: 'audit.billing' },
  ]);
  expect(letters).toEqual([]);
});

test('what can never be put waits alone, with its reason and where it came from', async () => {
  const { collect, put, letters, logged } = aCollector((id) => (id === 'c' ? 'MalformedDetail' : 'accepted'));
  const foreign = JSON.stringify({ auditStreamJournal: 2 });
  const invalid = JSON.stringify({ auditStreamJournal: 1, event: { action: 'top secret' } });
  await collect(payload([line('a'), 'no json', 'null', foreign, invalid, line('c')]));
  expect(put.map(({ id }) => id)).toEqual(['a']);
  expect(letters.map(({ body, attributes }) => [body, attributes.Reason])).toEqual([
    ['no json', 'not_json'],
    ['null', 'not_of_the_journal'],
    [foreign, 'not_of_the_journal'],
    [invalid, 'invalid_event'],
    [line('c'), 'refused_by_bus'],
  ]);
  expect(letters[4]?.attributes).toMatchObject({
    Detail: 'MalformedDetail: for the test',
    LogGroup: '/aws/lambda/billing',
    LogStream: '2026/11/01/[$LATEST]abc',
  });
  expect(logged.join('')).not.toContain('top secret');
});

test.each(['ThrottlingException', 'Unreachable'])('%s makes the whole come again', async (code) => {
  const { collect, letters } = aCollector((id) => (id === 'b' ? code : 'accepted'));
  await expect(collect(payload([line('a'), line('b')]))).rejects.toThrow('1 of 2 lines have to come again');
  expect(letters).toEqual([]);
});

test('a line that could not even be given up comes again', async () => {
  const { collect } = aCollector(undefined, false);
  await expect(collect(payload(['no json']))).rejects.toThrow('1 of 1 lines');
});

test('a subscription that is not ours is taken from nobody', async () => {
  const { collect, put, letters } = aCollector();
  await collect(payload([line('a')], { subscriptionFilters: ['somebody-else'] }));
  expect(put).toEqual([]);
  expect(letters[0]?.attributes.Reason).toBe('unknown_subscription');
});

test('CloudWatch’s own question is no line', async () => {
  const { collect, put, letters } = aCollector();
  await collect(payload(['CWL CONTROL MESSAGE: Checking health'], { messageType: 'CONTROL_MESSAGE' }));
  expect([put, letters]).toEqual([[], []]);
});

test('a payload that unpacks to more than it may is refused, not unpacked', async () => {
  const { collect } = aCollector();
  const bomb = gzipSync(Buffer.alloc(80 * 1024 * 1024)).toString('base64');
  await expect(collect({ awslogs: { data: bomb } })).rejects.toThrow();
});
