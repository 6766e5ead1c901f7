/** How records leave: none is lost, whatever the bus does, and none is sent before it is spooled. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeSend } from '../../src/audit/delivery/bus.ts';
import type { Extension } from '../../src/audit/delivery/extension.ts';
import { leftovers, openSpool } from '../../src/audit/delivery/spool.ts';
import {
  makeAfterResponse,
  makeAwaited,
  makeBackground,
  makeOutbox,
} from '../../src/audit/delivery/to-bus.ts';
import { aBus, accept, type BusAnswer, type BusEntry, failed } from '../builders/a-bus.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';

const ENVIRONMENT = { AWS_REGION: 'us-east-1', AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const before = { ...process.env };
let folder = '';
const closers: (() => void)[] = [];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'spool-'));
  Object.assign(process.env, ENVIRONMENT);
});
afterEach(() => {
  for (const close of closers.splice(0)) close();
  rmSync(folder, { recursive: true });
  process.env = { ...before };
});

async function anOutbox(answer?: Parameters<typeof aBus>[0]) {
  const bus = await aBus(answer);
  closers.push(bus.close);
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.endpoint;
  const written: string[] = [];
  const told: string[] = [];
  const write = (lines: string) => void written.push(lines);
  const tell = (at: string, error: string) => void told.push(`${at}: ${error}`);
  const outbox = makeOutbox({ send: makeSend('audit', tell), spool: openSpool(folder), write, tell });
  const journalled = () => idsIn(written.join(''));
  return { outbox, bus, written, told, write, journalled };
}

const idsIn = (lines: string) =>
  lines.split('\n').flatMap((line) => (line.includes('auditStreamJournal') ? JSON.parse(line).event.id : []));
const idOf = ({ Detail }: BusEntry) => JSON.parse(Detail).id;
const spooled = () =>
  idsIn(
    readdirSync(folder)
      .map((name) => readFileSync(join(folder, name), 'utf8'))
      .join(''),
  );
const record = (id: string) => anAuditEvent({ id });

test('awaited: the record is on the bus when the end resolves, under the service’s source', async () => {
  const { outbox, bus, written } = await anOutbox();
  const delivery = makeAwaited(outbox);
  delivery.take(record('a'), 'r-1');
  expect(spooled()).toEqual(['a']);
  await delivery.end('r-1', 'metrics\n');
  expect(bus.requests.flat().map(idOf)).toEqual(['a']);
  expect(bus.requests[0]?.[0]).toMatchObject({
    EventBusName: 'audit',
    DetailType: 'Audit Event',
    Source: `audit.${record('a').source.service}`,
  });
  expect(spooled()).toEqual([]);
  expect(written).toEqual(['metrics\n']);
});

test('what the bus refuses of many goes to the journal, alone, and that is told', async () => {
  const { outbox, told, journalled, bus } = await anOutbox((entry) =>
    idOf(entry) === 'r-3' ? failed('MalformedDetail') : accept(),
  );
  for (let i = 0; i < 10; i++) outbox.add(record(`r-${i}`));
  await outbox.flush(1_000);
  expect(journalled()).toEqual(['r-3']);
  expect(bus.requests).toHaveLength(1);
  expect(told).toEqual(['deliver: MalformedDetail']);
  expect(spooled()).toEqual([]);
});

test.each(['hang up', 'refuse'] as const)('a bus that would %s leaves the journal', async (answer) => {
  const { outbox, journalled } = await anOutbox(() => answer);
  outbox.add(record('a'));
  await outbox.flush(500);
  expect(journalled()).toEqual(['a']);
  expect(spooled()).toEqual([]);
});

test('without credentials or time the journal has it', async () => {
  const { outbox, journalled, told } = await anOutbox();
  outbox.add(record('late'));
  await outbox.flush(0);
  delete process.env.AWS_ACCESS_KEY_ID;
  outbox.add(record('nobody'));
  await outbox.flush(500);
  expect(journalled()).toEqual(['late', 'nobody']);
  expect(told).toEqual(['deliver: Error']);
});

test('a spool that cannot be emptied is told, and nobody hears of it otherwise', async () => {
  const bus = await aBus();
  closers.push(bus.close);
  process.env.AWS_ENDPOINT_URL_EVENTBRIDGE = bus.endpoint;
  const told: string[] = [];
  const tell = (at: string, error: string) => void told.push(`${at}: ${error}`);
  const done = () => {
    throw Object.assign(new Error('disk'), { code: 'EIO' });
  };
  const spool = { add: () => {}, done };
  const delivery = makeAwaited(makeOutbox({ send: makeSend('audit', tell), spool, write: () => {}, tell }));
  delivery.take(record('a'), 'r-1');
  await delivery.end('r-1', '');
  expect(bus.requests.flat().map(idOf)).toEqual(['a']);
  expect(told).toEqual(['spool: EIO']);
});

test('a record that comes while another is being sent stays spooled until it is sent too', async () => {
  const { outbox, bus } = await anOutbox();
  outbox.add(record('a'));
  const first = outbox.flush(1_000);
  outbox.add(record('b'));
  await first;
  expect(spooled()).toEqual(['a', 'b']);
  await outbox.flush(1_000);
  expect(spooled()).toEqual([]);
  expect(bus.requests.flat().map(idOf)).toEqual(['a', 'b']);
});

test('when the process ends, what is not known to be on the bus is journalled, being sent or not', async () => {
  let answer = (_said: BusAnswer) => {};
  const { outbox, bus, journalled, written } = await anOutbox(
    () =>
      new Promise<BusAnswer>((resolve) => {
        answer = resolve;
      }),
  );
  outbox.add(record('a'));
  const sending = outbox.flush(5_000);
  await until(() => bus.requests.length > 0);
  outbox.add(record('b'));
  outbox.note('metrics\n');
  outbox.abandon();
  expect(journalled()).toEqual(['a', 'b']);
  expect(written.join('')).toContain('metrics\n');
  expect(spooled()).toEqual([]);
  answer(accept());
  await sending;
});

test('when the process ends, what is on the bus is not journalled as well', async () => {
  const { outbox, written } = await anOutbox();
  outbox.add(record('a'));
  await outbox.flush(1_000);
  outbox.abandon();
  expect(written).toEqual([]);
});

test('a spool that cannot be written costs nothing: the journal has the record at once', async () => {
  const { outbox, journalled, told } = await anOutbox();
  rmSync(folder, { recursive: true });
  writeFileSync(folder, 'a file where the folder should be');
  outbox.add(record('a'));
  expect(journalled()).toEqual(['a']);
  expect(told).toEqual(['spool: EEXIST']);
});

test('in the background it is sent without being waited for', async () => {
  const { outbox, bus } = await anOutbox();
  const delivery = makeBackground(outbox);
  delivery.take(record('a'), '');
  delivery.take(record('b'), '');
  expect(delivery.end('', '')).toBeUndefined();
  await until(() => spooled().length === 0);
  expect(bus.requests.map((entries) => entries.map(idOf))).toEqual([['a', 'b']]);
});

describe('after the response', () => {
  const anExtension = (isHolding: boolean) => {
    const ended: string[] = [];
    const extension: Extension = {
      begin() {},
      end: (requestId) => void ended.push(requestId),
      holds: () => isHolding,
    };
    return { extension, ended };
  };

  test('records and metrics wait for the extension', async () => {
    const { outbox, write, written, bus } = await anOutbox();
    const { extension, ended } = anExtension(true);
    const delivery = makeAfterResponse(outbox, extension, write);
    delivery.take(record('a'), 'r-1');
    delivery.end('r-1', 'metrics\n');
    expect([spooled(), written, bus.requests, ended]).toEqual([['a'], [], [], ['r-1']]);
    await outbox.flush(1_000);
    expect([spooled(), written, bus.requests.flat().map(idOf)]).toEqual([[], ['metrics\n'], ['a']]);
  });

  test('where it does not hold the environment, the journal has them before the response', async () => {
    const { outbox, write, written, journalled } = await anOutbox();
    const { extension, ended } = anExtension(false);
    const delivery = makeAfterResponse(outbox, extension, write);
    delivery.take(record('a'), 'r-1');
    delivery.end('r-1', 'metrics\n');
    expect(journalled()).toEqual(['a']);
    expect(written.at(-1)).toBe('metrics\n');
    expect([spooled(), ended]).toEqual([[], ['r-1']]);
  });
});

describe('what a killed process left', () => {
  test('is handed to the next, but for a torn line, and removed', () => {
    const dead = openSpool(folder, '1-0');
    dead.add('{"auditStreamJournal":1,"event":{"id":"a"}}\n');
    dead.add('{"auditStreamJournal":1,"ev');
    const lines: string[] = [];
    leftovers(
      folder,
      (text) => void lines.push(text),
      (pid) => pid === 1,
    );
    expect(idsIn(lines.join(''))).toEqual(['a']);
    expect(existsSync(join(folder, '1-0.ndjson'))).toBe(false);
  });

  test('is taken over by a next one that may send at once', async () => {
    openSpool(folder, '1-0').add(`${JSON.stringify({ auditStreamJournal: 1, event: record('a') })}\n`);
    const { outbox, bus } = await anOutbox();
    leftovers(folder, outbox.adopt, (pid) => pid === 1);
    expect(spooled()).toEqual(['a']);
    await outbox.flush(1_000);
    expect(bus.requests.flat().map(idOf)).toEqual(['a']);
    expect(spooled()).toEqual([]);
  });

  test('is left alone while its process lives', () => {
    openSpool(folder, '2-0').add('{"auditStreamJournal":1,"event":{"id":"a"}}\n');
    leftovers(
      folder,
      () => {
        throw new Error('nothing to write');
      },
      () => false,
    );
    expect(spooled()).toEqual(['a']);
  });
});
