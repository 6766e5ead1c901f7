/** What can go wrong between the detector and DynamoDB: a write counts once, and nobody is told otherwise. */
import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { makeAlertStore } from '../../../src/aws/dynamo/alert-store.ts';
import type { DynamoCall, Item, Operations } from '../../../src/aws/dynamo/call.ts';
import type { StateChange } from '../../../src/detect/ports.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { aTable, withDynamoDb } from './a-table.ts';

const NOW_MS = Date.UTC(2026, 10, 1);

type Operation = keyof Operations;
type Send = (input: unknown) => Promise<unknown>;
type Fault = (send: Send, input: never, nth: number, operation: Operation) => Promise<unknown>;

/** A store whose calls meet what `fault` does with them, counted from 1 per operation; `raw` is the table itself. */
async function aStore(fault: Fault) {
  const { call, table } = await aTable();
  const counts = new Map<Operation, number>();
  const faulty: DynamoCall = (operation, input, options) => {
    const nth = (counts.get(operation) ?? 0) + 1;
    counts.set(operation, nth);
    const send: Send = (sent) => call(operation, sent as never, options);
    return fault(send, input as never, nth, operation) as never;
  };
  const pauses: number[] = [];
  const options = { table, now: () => NOW_MS, newId: randomUUID, random: () => 0.5 };
  const sleep = async (ms: number) => {
    pauses.push(ms);
  };
  return {
    store: makeAlertStore({ ...options, call: faulty, sleep }),
    others: makeAlertStore({ ...options, call }),
    counts,
    pauses,
  };
}

function aChange(fields: Partial<StateChange> = {}): StateChange {
  return {
    key: { tenantId: 'acme', ruleId: 'mfa-disabled', name: 'group#0f' },
    version: undefined,
    text: '{}',
    dueMs: undefined,
    expiresAtMs: NOW_MS + 1e9,
    ...fields,
  };
}
const withRecord = (title: string) => ({
  records: [{ alert: anAlert({ title, occurredAt: new Date(NOW_MS).toISOString() }), steps: [] }],
});

const named = (name: string) => Object.assign(new Error(name), { name });
const cancelled = (...codes: readonly string[]) =>
  Object.assign(named('TransactionCanceledException'), {
    CancellationReasons: codes.map((Code) => ({ Code })),
  });

/** As the SDK does when no answer comes: it sends the same again. */
const isSentTwice: Fault = async (send, input) => {
  await send(input);
  return send(input);
};

withDynamoDb(() => {
  test('a write whose answer was lost, and that was sent again, was written', async () => {
    const { store } = await aStore(isSentTwice);
    expect(await store.states.write([aChange()])).toEqual(['written']);
    expect(await store.states.write([aChange({ version: 1, text: '"2"' })])).toEqual(['written']);
    expect(await store.states.write([aChange({ version: 1, text: '"stale"' })])).toEqual(['conflict']);
    expect(await store.states.read([aChange().key])).toEqual([{ version: 2, text: '"2"' }]);
  });

  test('so was one with its record, within the ten minutes that DynamoDB remembers a transaction and after them', async () => {
    let forgets = false;
    const { store, counts } = await aStore(async (send, input, nth, operation) => {
      if (operation !== 'TransactWriteItems') return send(input);
      await send(input);
      const { TransactItems } = input as Operations['TransactWriteItems']['input'];
      return send(forgets ? { TransactItems, ClientRequestToken: `later-${nth}` } : input);
    });
    expect(await store.states.write([aChange(withRecord('first'))])).toEqual(['written']);
    forgets = true;
    expect(await store.states.write([aChange({ version: 1, ...withRecord('second') })])).toEqual(['written']);
    expect(await store.states.write([aChange({ version: 1, ...withRecord('stale') })])).toEqual(['conflict']);

    expect(counts.get('TransactWriteItems')).toBe(3);
    expect((await store.records.byId('acme', 'alert-1'))?.record.alert.title).toBe('second');
    expect((await store.states.read([aChange().key]))[0]?.version).toBe(2);
  });

  test('who is beaten to it between two tries conflicts', async () => {
    const { store, others } = await aStore(async (send, input, nth, operation) => {
      if (nth > 1 || operation !== 'PutItem') return send(input);
      expect(await others.states.write([aChange({ text: '"theirs"' })])).toEqual(['written']);
      throw named('ThrottlingException');
    });
    expect(await store.states.write([aChange({ text: '"ours"' })])).toEqual(['conflict']);
    expect((await store.states.read([aChange().key]))[0]?.text).toBe('"theirs"');
  });

  test('what passes is tried again, a little later each time', async () => {
    const passing = [
      named('ProvisionedThroughputExceededException'),
      named('TransactionConflictException'),
      named('TransactionInProgressException'),
      cancelled('None', 'ThrottlingError', 'None'),
      cancelled('TransactionConflict', 'None', 'None'),
    ];
    const { store, pauses } = await aStore(async (send, input, nth, operation) => {
      const fault = operation === 'TransactWriteItems' ? passing[nth - 1] : undefined;
      if (fault) throw fault;
      return send(input);
    });
    expect(await store.states.write([aChange(withRecord('fired'))])).toEqual(['written']);
    expect(pauses).toEqual([50, 100, 200, 400, 800]);
    expect((await store.records.open('acme', 10)).map(({ alert }) => alert.title)).toEqual(['fired']);
  });

  test('an alert that ends while the open ones are read cuts no list short', async () => {
    const keyOf = (n: number) => ({ ...aChange().key, name: `group#${n}` });
    const ofAlert = (n: number, status: 'firing' | 'resolved' = 'firing') => {
      const alert = anAlert({ alertId: `alert-${n}`, status, occurredAt: new Date(NOW_MS).toISOString() });
      return { key: keyOf(n), records: [{ alert, steps: [] }] };
    };
    const { store, others } = await aStore(async (send, input, nth, operation) => {
      if (operation === 'BatchGetItem' && nth === 1)
        await others.states.write([aChange({ version: 1, ...ofAlert(3, 'resolved') })]);
      return send(input);
    });
    await others.states.write([1, 2, 3, 4].map((n) => aChange(ofAlert(n))));
    const open = await store.records.open('acme', 2);
    expect(open.map(({ alert }) => alert.alertId)).toEqual(['alert-4', 'alert-2']);
  });

  test('what does not pass is thrown, once nothing is under way any more; no more than sixteen ever are', async () => {
    let underWay = 0;
    let most = 0;
    const { store, counts } = await aStore(async (send, input, nth, operation) => {
      if (operation !== 'PutItem') return send(input);
      most = Math.max(most, ++underWay);
      try {
        if (nth === 20) throw named('AccessDeniedException');
        return await send(input);
      } finally {
        underWay--;
      }
    });
    const changes = Array.from({ length: 60 }, (_, n) =>
      aChange({ key: { ...aChange().key, name: `group#${n}` } }),
    );
    await expect(store.states.write(changes)).rejects.toThrow('AccessDeniedException');
    expect(underWay).toBe(0);
    expect(most).toBe(16);
    const written = (await store.states.read(changes.map(({ key }) => key))).filter(Boolean);
    expect(written).toHaveLength((counts.get('PutItem') ?? 0) - 1);
    expect(written.length).toBeLessThan(40);

    // Those that were written conflict when they come again; the rest are not lost.
    const again = await store.states.write(changes);
    expect(again.filter((outcome) => outcome === 'conflict')).toHaveLength(written.length);
  });

  test('keys that DynamoDB leaves out of a batch are asked for again', async () => {
    const { store, counts, pauses } = await aStore(async (send, input, nth, operation) => {
      if (operation !== 'BatchGetItem') return send(input);
      const { RequestItems } = input as Operations['BatchGetItem']['input'];
      const [[table, { Keys }]] = Object.entries(RequestItems) as [[string, { Keys: readonly Item[] }]];
      if (nth === 1) return { Responses: {}, UnprocessedKeys: RequestItems };
      expect(RequestItems[table]?.ConsistentRead).toBe(true);
      const answer = (await send({
        RequestItems: { [table]: { Keys: Keys.slice(0, 40), ConsistentRead: true } },
      })) as object;
      const left = Keys.slice(40);
      return {
        ...answer,
        ...(left.length > 0 && { UnprocessedKeys: { [table]: { Keys: left, ConsistentRead: true } } }),
      };
    });
    const changes = Array.from({ length: 130 }, (_, n) =>
      aChange({ key: { ...aChange().key, name: `group#${n}` }, text: String(n) }),
    );
    await store.states.write(changes);
    const read = await store.states.read(changes.map(({ key }) => key));
    expect(read.map((state) => state?.text)).toEqual(changes.map(({ text }) => text));
    expect(counts.get('BatchGetItem')).toBe(5);
    expect(pauses).toEqual([50]);
  });

  test('a table that gives nothing is said to, rather than asked for ever', async () => {
    const { store } = await aStore(async (send, input, _nth, operation) => {
      if (operation !== 'BatchGetItem') return send(input);
      return { UnprocessedKeys: (input as Operations['BatchGetItem']['input']).RequestItems };
    });
    await expect(store.states.read([aChange().key])).rejects.toThrow('left some rows unread');
  });
});
