/** What every store of alerts must do: in memory, at home and in AWS. */
import { describe, expect, test } from '@jest/globals';
import { type AlertStore, MAX_RECORDS, type StateChange, type StateKey } from '../../src/detect/ports.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { type AlertRecord, KEEP_RECORDS_MS } from '../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import { anAlert } from '../builders/an-alert.ts';
import { until } from '../builders/until.ts';

export interface AlertStoreUnderTest {
  readonly store: AlertStore;
  readonly setNow: (ms: number) => void;
}

const DAY_MS = 86_400_000;
const NOW_MS = Date.UTC(2026, 10, 1);
const LATER_MS = NOW_MS + DAY_MS;

export function alertStoreContract(
  name: string,
  make: (nowMs: number) => Promise<AlertStoreUnderTest>,
): void {
  describe(`the states of ${name}`, () => {
    test('what is written is read, in the order of the keys, with its version counting up', async () => {
      const { states } = (await make(NOW_MS)).store;
      const [a, b, c] = [aKey({ name: 'group#a' }), aKey({ name: 'group#b' }), aKey({ name: 'group#c' })];
      expect(await states.read([aKey(), aKey()])).toEqual([undefined, undefined]);
      expect(
        await states.write([aChange({ key: b, text: '"b"' }), aChange({ key: a, text: '"a"' })]),
      ).toEqual(['written', 'written']);
      expect(await states.write([aChange({ key: b, version: 1, text: '"b2"' })])).toEqual(['written']);

      expect(await states.read([a, c, b, a])).toEqual([
        { version: 1, text: '"a"' },
        undefined,
        { version: 2, text: '"b2"' },
        { version: 1, text: '"a"' },
      ]);
      expect(await states.read([])).toEqual([]);
      expect(await states.write([])).toEqual([]);
    });

    test('whoever did not read the latest conflicts, and changes nothing; the others of the call are written', async () => {
      const { states } = (await make(NOW_MS)).store;
      const [taken, free] = [aKey({ name: 'taken' }), aKey({ name: 'free' })];
      await states.write([aChange({ key: taken, text: '"1"' })]);
      await states.write([aChange({ key: taken, version: 1, text: '"2"' })]);

      expect(
        await states.write([aChange({ key: taken, text: '"new"' }), aChange({ key: free, text: '"free"' })]),
      ).toEqual(['conflict', 'written']);
      expect(await states.write([aChange({ key: taken, version: 1, text: '"stale"' })])).toEqual([
        'conflict',
      ]);
      expect(await states.write([aChange({ key: taken, version: 3, text: '"ahead"' })])).toEqual([
        'conflict',
      ]);
      expect(await states.write([aChange({ key: aKey({ name: 'none' }), version: 1 })])).toEqual([
        'conflict',
      ]);

      expect(await states.read([taken, free, aKey({ name: 'none' })])).toEqual([
        { version: 2, text: '"2"' },
        { version: 1, text: '"free"' },
        undefined,
      ]);
    });

    test('of many that write at once exactly one wins, each time', async () => {
      const { states, records } = (await make(NOW_MS)).store;
      for (const version of [undefined, 1, 2]) {
        const outcomes = await Promise.all(
          Array.from({ length: 8 }, (_, i) =>
            states.write([
              aChange({
                version,
                text: `"${version} ${i}"`,
                records: [aRecord({ title: `${version} ${i}` })],
              }),
            ]),
          ),
        );
        const won = outcomes.flatMap(([outcome], i) => (outcome === 'written' ? [i] : []));
        expect(won).toHaveLength(1);
        const [state] = await states.read([aKey()]);
        expect(state?.text).toBe(`"${version} ${won[0]}"`);
        expect((await records.byId('acme', 'alert-1'))?.record.alert.title).toBe(`${version} ${won[0]}`);
      }
    });

    test('the parts of a key do not run into each other, nor do tenants', async () => {
      const { states } = (await make(NOW_MS)).store;
      const keys = [
        aKey({ tenantId: 'a', ruleId: 'b', name: 'c' }),
        aKey({ tenantId: 'A', ruleId: 'b', name: 'c' }),
        aKey({ tenantId: 'a.b', ruleId: 'c', name: 'd' }),
        aKey({ tenantId: 'a', ruleId: 'b-c', name: 'd' }),
        aKey({ tenantId: 'a-b', ruleId: 'c', name: 'd' }),
        aKey({ tenantId: 'a_b', ruleId: 'c', name: 'd' }),
        aKey({ tenantId: `9${'._-'.repeat(21)}`, ruleId: 'c', name: 'd' }),
        aKey({ tenantId: 'a', ruleId: 'b', name: 'c#d#e' }),
        aKey({ tenantId: 'a', ruleId: 'b', name: `d${'#9'.repeat(49)}Z` }),
      ];
      await states.write(keys.map((key, i) => aChange({ key, text: String(i), dueMs: NOW_MS + i })));

      expect((await states.read(keys)).map((state) => state?.text)).toEqual(keys.map((_, i) => String(i)));
      await until(async () => (await states.due(LATER_MS, 100)).length === keys.length);
      expect(await states.due(LATER_MS, 100)).toEqual(keys);
    });

    test('texts are kept to the letter: 300 KB, all of Unicode, nothing', async () => {
      const { states } = (await make(NOW_MS)).store;
      const texts = {
        large: JSON.stringify('x'.repeat(300_000 - 2)),
        // What does not repeat cannot be packed.
        hashes: noise(300_000),
        wide: '語'.repeat(100_000),
        odd: JSON.stringify({ 'größe 😀': '\u0000\u001f\u2028\ufeff\ud83d\ude00é\r\n\\', text: "it's" }),
        empty: '',
      };
      const names = Object.keys(texts).map((each) => aKey({ name: each }));
      const changes = Object.values(texts).map((text, i) => aChange({ key: names[i] as StateKey, text }));
      expect(new Set(await states.write(changes))).toEqual(new Set(['written']));

      const read = await states.read(names);
      expect(read.map((state) => state?.text === undefined)).toEqual(names.map(() => false));
      for (const [i, text] of Object.values(texts).entries()) expect(read[i]?.text === text).toBe(true);
    });

    test('hundreds are written and read in one call, whatever their size', async () => {
      const { states } = (await make(NOW_MS)).store;
      const keys = Array.from({ length: 450 }, (_, i) => aKey({ name: `group#${i}` }));
      const text = noise(60_000);
      const changes = keys.map((key, i) => aChange({ key, text: `${i} ${text}` }));
      await states.write([aChange({ key: keys[7] as StateKey }), aChange({ key: keys[333] as StateKey })]);

      expect(await states.write(changes)).toEqual(
        keys.map((_, i) => (i === 7 || i === 333 ? 'conflict' : 'written')),
      );

      const read = await states.read(keys);
      expect(read.map((state) => Number(state?.text.split(' ')[0]))).toEqual(
        keys.map((_, i) => (i === 7 || i === 333 ? Number.NaN : i)),
      );
      expect(read.every((state, i) => i === 7 || i === 333 || state?.text === `${i} ${text}`)).toBe(true);
    });

    test('what is due comes earliest first, up to the limit, and not before its time', async () => {
      const { states } = (await make(NOW_MS)).store;
      const at = (seconds: number | undefined, version?: number) =>
        aChange({
          key: aKey({ name: `group#${seconds ?? 'never'}` }),
          version,
          dueMs: seconds === undefined ? undefined : NOW_MS + seconds * 1_000,
        });
      const due = async (seconds: number, limit = 100) =>
        (await states.due(NOW_MS + seconds * 1_000, limit)).map((key) => Number(key.name.slice(6)));
      const order = Array.from({ length: 40 }, (_, i) => (i * 7) % 40);
      await states.write([...order.map((seconds) => at(seconds)), at(undefined)]);
      await until(async () => (await due(1_000)).length === 40);

      expect(await due(1_000)).toEqual(Array.from({ length: 40 }, (_, i) => i));
      expect(await due(9)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
      expect(await due(9.999, 3)).toEqual([0, 1, 2]);
      expect(await due(-1)).toEqual([]);
    });

    test('what is due moves, and goes', async () => {
      const { states } = (await make(NOW_MS)).store;
      const [a, b] = [aKey({ name: 'a' }), aKey({ name: 'b' })];
      const due = async (ms: number) => (await states.due(ms, 10)).map(({ name: each }) => each).join('');
      await states.write([
        aChange({ key: a, dueMs: NOW_MS + 1_000 }),
        aChange({ key: b, dueMs: NOW_MS + 2_000 }),
      ]);
      await until(async () => (await due(NOW_MS + 2_000)) === 'ab');

      await states.write([aChange({ key: a, version: 1, dueMs: NOW_MS + 3_000 })]);
      await until(async () => (await due(NOW_MS + 3_000)) === 'ba');
      expect(await due(NOW_MS + 2_999)).toBe('b');

      expect(await states.write([aChange({ key: b, version: 9, dueMs: undefined })])).toEqual(['conflict']);
      await states.write([aChange({ key: b, version: 1, dueMs: undefined })]);
      await until(async () => (await due(NOW_MS + 3_000)) === 'a');
      // A later write may bring it forward.
      await states.write([aChange({ key: b, version: 2, dueMs: NOW_MS - 1 })]);
      await until(async () => (await due(NOW_MS)) === 'b');
    });

    test('what has expired makes room for a beginning; what is still due stays', async () => {
      const { store, setNow } = await make(NOW_MS);
      const [old, due] = [aKey({ name: 'old' }), aKey({ name: 'due' })];
      await store.states.write([
        aChange({ key: old, expiresAtMs: LATER_MS }),
        aChange({ key: due, expiresAtMs: LATER_MS, dueMs: LATER_MS, text: '"due"' }),
      ]);
      setNow(LATER_MS - 1);
      expect((await store.states.read([old]))[0]?.version).toBe(1);
      expect(await store.states.write([aChange({ key: old })])).toEqual(['conflict']);

      setNow(LATER_MS + 400 * DAY_MS);

      expect((await store.states.read([due]))[0]).toEqual({ version: 1, text: '"due"' });
      await until(async () => (await store.states.due(LATER_MS, 10)).length === 1);
      const [read] = await store.states.read([old]);
      const again = aChange({ key: old, version: read?.version, text: '"again"', expiresAtMs: 9e12 });
      expect(await store.states.write([again])).toEqual(['written']);
      expect((await store.states.read([old]))[0]?.text).toBe('"again"');
      expect(await store.states.write([aChange({ key: due, version: 1 })])).toEqual(['written']);
    });
  });

  describe(`the records of alerts of ${name}`, () => {
    test('one alert ends and the next begins in one change, many times over', async () => {
      const { states, records } = (await make(NOW_MS)).store;
      const all = Array.from({ length: MAX_RECORDS }, (_, i) => `alert-${String(i).padStart(2, '0')}`);
      await states.write([aChange({ records: [aRecord({ alertId: all[0] as string })] })]);
      const more = all.map((alertId, i) =>
        aRecord({ alertId, status: i < MAX_RECORDS - 1 ? 'resolved' : 'firing' }),
      );
      expect(await states.write([aChange({ version: 1, records: more })])).toEqual(['written']);
      expect((await records.open('acme', 100)).map(({ alert }) => alert.alertId)).toEqual(all.slice(-1));
      const { records: page } = await records.page('acme', { limit: 100 });
      expect(page.map(({ alert }) => alert.alertId)).toEqual(all.toReversed());
    });

    test('a record is written together with its state, or not at all', async () => {
      const { states, records } = (await make(NOW_MS)).store;
      const fired = aRecord({ title: 'fired 😀', labels: { größe: "it's" } });
      await states.write([aChange({ records: [fired] })]);
      expect(await records.byId('acme', 'alert-1')).toEqual({ record: fired, key: aKey() });

      const stale = aRecord({ title: 'stale', status: 'resolved' });
      expect(await states.write([aChange({ records: [stale] })])).toEqual(['conflict']);
      expect(await states.write([aChange({ version: 7, records: [stale] })])).toEqual(['conflict']);
      expect((await records.byId('acme', 'alert-1'))?.record).toEqual(fired);
      expect(await records.open('acme', 10)).toEqual([fired]);

      expect(await states.write([aChange({ version: 1, text: '"no record"' })])).toEqual(['written']);
      expect((await records.byId('acme', 'alert-1'))?.record).toEqual(fired);
      expect(await records.byId('acme', 'alert-2')).toBeUndefined();
    });

    test('open are those that are not resolved, newest first, up to the limit', async () => {
      const { states, records } = (await make(NOW_MS)).store;
      const write = (n: number, version: number | undefined, fields: Partial<Alert> = {}) =>
        states.write([
          aChange({
            key: aKey({ name: `group#${n}` }),
            version,
            records: [aRecord({ alertId: `alert-${n}`, ...fields })],
          }),
        ]);
      const open = async (limit = 100) => (await records.open('acme', limit)).map(idOf);
      for (const n of [3, 1, 4, 2]) await write(n, undefined);
      expect(await open()).toEqual(['alert-4', 'alert-3', 'alert-2', 'alert-1']);
      expect(await open(2)).toEqual(['alert-4', 'alert-3']);
      expect((await records.open('acme', 2, 'alert-3')).map(idOf)).toEqual(['alert-2', 'alert-1']);
      expect(await records.open('acme', 2, 'alert-1')).toEqual([]);

      await write(3, 1, { status: 'acknowledged', sequence: 2 });
      await write(4, 1, { status: 'resolved', sequence: 2 });
      expect(await open(2)).toEqual(['alert-3', 'alert-2']);
      expect((await records.open('acme', 1))[0]?.alert).toMatchObject({
        status: 'acknowledged',
        sequence: 2,
      });

      await write(3, 2, { status: 'resolved', sequence: 3 });
      // The same group again, under another id.
      await write(4, 2, { alertId: 'alert-5' });
      expect(await open()).toEqual(['alert-5', 'alert-2', 'alert-1']);
      expect((await records.byId('acme', 'alert-4'))?.record.alert.status).toBe('resolved');
    });

    test('all come in pages, newest first, none missing, none twice', async () => {
      const { states, records } = (await make(NOW_MS)).store;
      const count = 230;
      const idAt = (i: number) => `alert-${String(i).padStart(4, '0')}`;
      const message = noise(4_000);
      await states.write(
        Array.from({ length: count }, (_, i) => (i * 7) % count).map((i) =>
          aChange({
            key: aKey({ name: `group#${i}` }),
            records: [aRecord({ alertId: idAt(i), message, status: i % 2 ? 'resolved' : 'firing' })],
          }),
        ),
      );
      const newestFirst = Array.from({ length: count }, (_, i) => idAt(count - 1 - i));
      for (const limit of [1, 23, 100, count, 1_000]) {
        const pages: (readonly string[])[] = [];
        for (let before: string | undefined; pages.length === 0 || before !== undefined; ) {
          const page = await records.page('acme', { limit, ...(before !== undefined && { before }) });
          pages.push(page.records.map(idOf));
          before = page.next;
          if (limit === 1 && pages.length === 3) break;
        }
        const seen = pages.flat();
        expect(seen).toEqual(newestFirst.slice(0, seen.length));
        if (limit > 1) expect(pages).toHaveLength(Math.ceil(count / limit));
        if (limit > 1) expect(seen).toHaveLength(count);
      }
      expect((await records.open('acme', 1_000)).map(idOf)).toEqual(
        newestFirst.filter((_, i) => (count - 1 - i) % 2 === 0),
      );
    });

    test('tenants see their own', async () => {
      const { store } = await make(NOW_MS);
      const tenants = ['acme', 'Acme', 'acme.', 'acme-1', 'acme_', '0', 'a.b-c_d'];
      await store.states.write(
        tenants.map((tenantId) =>
          aChange({ key: aKey({ tenantId }), records: [aRecord({ tenantId, title: `of ${tenantId}` })] }),
        ),
      );
      for (const tenantId of tenants) {
        const own = [aRecord({ tenantId, title: `of ${tenantId}` })];
        expect(await store.records.open(tenantId, 10)).toEqual(own);
        expect((await store.records.page(tenantId, { limit: 10 })).records).toEqual(own);
        expect(await store.records.byId(tenantId, 'alert-1')).toEqual({
          record: own[0],
          key: aKey({ tenantId }),
        });
      }
      expect(await store.records.open('acm', 10)).toEqual([]);
      expect(await store.records.page('globex', { limit: 10 })).toEqual({ records: [] });
      expect(await store.records.byId('globex', 'alert-1')).toBeUndefined();
    });

    test('a record is shown until its time is over, however short its state is kept', async () => {
      const { store, setNow } = await make(NOW_MS);
      const occurredAt = new Date(NOW_MS).toISOString();
      await store.states.write([aChange({ expiresAtMs: LATER_MS, records: [aRecord({ occurredAt })] })]);
      setNow(NOW_MS + KEEP_RECORDS_MS - 1);
      expect(await store.records.open('acme', 10)).toHaveLength(1);
      expect((await store.records.page('acme', { limit: 10 })).records).toHaveLength(1);

      setNow(NOW_MS + KEEP_RECORDS_MS);

      expect(await store.records.open('acme', 10)).toEqual([]);
      expect(await store.records.page('acme', { limit: 10 })).toEqual({ records: [] });
      expect(await store.records.byId('acme', 'alert-1')).toBeUndefined();
    });

    test('a record goes no sooner than the state that it was written with', async () => {
      const { store, setNow } = await make(NOW_MS);
      const expiresAtMs = NOW_MS + 400 * DAY_MS;
      await store.states.write([aChange({ expiresAtMs, records: [aRecord()] })]);
      setNow(expiresAtMs - 1);
      expect(await store.records.open('acme', 10)).toEqual([aRecord()]);
      setNow(expiresAtMs);
      expect(await store.records.open('acme', 10)).toEqual([]);
    });
  });

  describe(`the silences of ${name}`, () => {
    test('they are listed newest first, each tenant’s own; the same id again replaces', async () => {
      const { silences } = (await make(NOW_MS)).store;
      const [a, b, c] = [
        aSilence({ id: 'c', from: iso(NOW_MS - 3_000), match: { rule: { id: ['größe 😀'] } } }),
        aSilence({ id: 'b', from: iso(NOW_MS - 1_000) }),
        aSilence({ id: 'a', from: iso(NOW_MS - 2_000) }),
      ];
      for (const silence of [a, b, c, aSilence({ tenantId: 'Acme', comment: 'theirs' })])
        await silences.put(silence);
      expect(await silences.list('acme', 0)).toEqual([b, c, a]);
      expect((await silences.list('Acme', 0)).map(({ comment }) => comment)).toEqual(['theirs']);
      expect(await silences.list('globex', 0)).toEqual([]);

      const ended = { ...b, until: iso(NOW_MS), endedBy: { id: 'ada', name: 'Ada' } };
      await silences.put(ended);
      expect(await silences.list('acme', 0)).toEqual([ended, c, a]);
      expect(await silences.list('acme', NOW_MS)).toEqual([c, a]);
    });

    test('those that have ended are left out where they are not wanted, and go after thirty days', async () => {
      const { store, setNow } = await make(NOW_MS);
      await store.silences.put(aSilence({ id: 'short', until: iso(LATER_MS) }));
      await store.silences.put(aSilence({ id: 'long', until: iso(LATER_MS + DAY_MS) }));
      const ids = async (endsAfterMs: number) =>
        (await store.silences.list('acme', endsAfterMs)).map(({ id }) => id);
      expect(await ids(LATER_MS - 1)).toEqual(['short', 'long']);
      expect(await ids(LATER_MS)).toEqual(['long']);

      setNow(LATER_MS + 30 * DAY_MS - 1);
      expect(await ids(0)).toEqual(['short', 'long']);
      setNow(LATER_MS + 30 * DAY_MS);
      expect(await ids(0)).toEqual(['long']);
    });
  });
}

function aKey(fields: Partial<StateKey> = {}): StateKey {
  return { tenantId: 'acme', ruleId: 'mfa-disabled', name: 'group#0f', ...fields };
}

function aChange(fields: Partial<StateChange> = {}): StateChange {
  return {
    key: aKey(),
    version: undefined,
    text: '{}',
    dueMs: undefined,
    expiresAtMs: NOW_MS + 30 * DAY_MS,
    ...fields,
  };
}

function aRecord(fields: Partial<Alert> = {}): AlertRecord {
  const alert = anAlert({ id: 'notice', occurredAt: iso(NOW_MS), ...fields });
  const { sequence, change, occurredAt, count } = alert;
  return { alert, steps: [{ sequence, change, occurredAt, count, channels: ['page', 'slack'] }] };
}

function aSilence(fields: Partial<Silence> = {}): Silence {
  return {
    id: 'silence',
    tenantId: 'acme',
    match: { severity: ['low'] },
    from: iso(NOW_MS),
    until: iso(LATER_MS),
    author: { id: 'jo' },
    comment: 'planned work',
    ...fields,
  };
}

function idOf({ alert }: AlertRecord): string {
  return alert.alertId;
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Letters and digits that do not repeat, the same each time. */
function noise(length: number): string {
  let [state, text] = [7, ''];
  while (text.length < length) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    text += (state >>> 4).toString(36);
  }
  return text.slice(0, length);
}
