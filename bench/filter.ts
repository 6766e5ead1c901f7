/** The filter index against a walk over all filters, and against parsing the event: ratios of one run. */
import { type Filter, FilterIndex, matches, parseFilter } from '../src/domain/filter/index.ts';
import { type Envelope, eventTexts, generateRules, median, medianText } from './rules-and-events.ts';

interface Speed {
  readonly shape: string;
  readonly filters: number;
  readonly indexUs: number;
  readonly walkUs: number;
  readonly gain: number;
  readonly parseUs: number;
  readonly indexPerParse: number;
  /** The same over all 1,977 events. */
  readonly anyEventUs: number;
  readonly matchesPerEvent: number;
  readonly bytesPerFilter: number;
  readonly addUs: number;
  readonly removeUs: number;
}

const SHAPES = [
  { shape: 'A: 1,000 tenants', tenant: undefined },
  { shape: 'B: one tenant', tenant: 't-1' },
] as const;

export async function run({
  quick,
}: {
  readonly quick: boolean;
}): Promise<Record<string, readonly object[]>> {
  const texts = eventTexts();
  const rows: Speed[] = [];
  for (const { shape, tenant } of SHAPES)
    for (const count of quick ? [100, 10_000] : [100, 1_000, 10_000, 100_000])
      rows.push(speed(shape, tenant, count, texts, quick ? 2 : 7));
  const event = [
    { bytes: Buffer.byteLength(medianText(texts)), of: `${texts.length} events, the median by bytes` },
  ];
  const growth = SHAPES.map(({ shape }) => {
    const own = rows.filter((row) => row.shape === shape);
    return { shape, largestPerSmallest: (own.at(-1) as Speed).indexUs / (own[0] as Speed).indexUs };
  });
  return { event, 'index and walk': rows, 'time of the most filters / of the fewest': growth };
}

function speed(
  shape: string,
  tenant: string | undefined,
  count: number,
  texts: readonly string[],
  rounds: number,
): Speed {
  const ofTenant = (detail: Record<string, unknown>): Record<string, unknown> =>
    tenant === undefined ? detail : { ...detail, tenantId: tenant };
  const patterns = generateRules(count).map((rule) =>
    JSON.stringify({ ...rule, detail: withTenant(rule.detail, tenant) }),
  );
  const bytesPerFilter = memory(patterns);
  const filters = patterns.map((text) => parseFilter(JSON.parse(text)));
  const events = texts.map((text) => {
    const event = JSON.parse(text) as Envelope;
    return { ...event, detail: ofTenant(event.detail) };
  });
  const parsed = JSON.parse(medianText(texts)) as Envelope;
  const text = JSON.stringify({ ...parsed, detail: ofTenant(parsed.detail) });
  const event: unknown = JSON.parse(text);
  const index = new FilterIndex<number>();
  filters.forEach((filter, i) => {
    index.add(i, filter);
  });
  let found = 0;
  for (const each of events) found += index.match(each).length;

  const times = { index: [] as number[], walk: [] as number[], parse: [] as number[], any: [] as number[] };
  const changes = { add: [] as number[], remove: [] as number[] };
  let next = 0;
  for (let round = -1; round < rounds; round++) {
    const timed = {
      index: usPerCall(() => index.match(event), 60),
      walk: usPerCall(() => walk(filters, event), 150),
      parse: usPerCall(() => JSON.parse(text), 60),
      any: usPerCall(() => index.match(events[next++ % events.length]), 100),
    };
    const changed = addAndRemove(filters);
    // The first round warms up.
    if (round < 0) continue;
    for (const name of ['index', 'walk', 'parse', 'any'] as const) times[name].push(timed[name]);
    for (const name of ['add', 'remove'] as const) changes[name].push(changed[name]);
  }
  return {
    shape,
    filters: count,
    indexUs: median(times.index),
    walkUs: median(times.walk),
    gain: Math.round(median(times.walk.map((us, i) => us / (times.index[i] as number)))),
    parseUs: median(times.parse),
    indexPerParse: median(times.index.map((us, i) => us / (times.parse[i] as number))),
    anyEventUs: median(times.any),
    matchesPerEvent: found / events.length,
    bytesPerFilter,
    addUs: median(changes.add),
    removeUs: median(changes.remove),
  };
}

function withTenant(detail: Record<string, unknown>, tenant: string | undefined): Record<string, unknown> {
  return tenant === undefined ? detail : { ...detail, tenantId: [tenant] };
}

function walk(filters: readonly Filter[], event: unknown): number {
  let found = 0;
  for (const filter of filters) if (matches(filter, event)) found++;
  return found;
}

/** Calls in growing batches, so that reading the clock costs nothing; the whole lasts at least `atLeastMs`. */
function usPerCall(call: () => unknown, atLeastMs: number): number {
  let calls = 0;
  const start = performance.now();
  let passed = 0;
  for (let batch = 1; passed < atLeastMs; batch = Math.min(batch * 2, 256)) {
    for (let i = 0; i < batch; i++) kept.last = call();
    calls += batch;
    passed = performance.now() - start;
  }
  return (passed * 1e3) / calls;
}

/** Fills an index with all parsed filters, then takes all away in another order. µs each. */
function addAndRemove(filters: readonly Filter[]): { add: number; remove: number } {
  const times = Math.max(1, Math.floor(2_000 / filters.length));
  let add = 0;
  let remove = 0;
  for (let time = 0; time < times; time++) {
    const index = new FilterIndex<number>();
    const start = performance.now();
    for (let i = 0; i < filters.length; i++) index.add(i, filters[i] as Filter);
    const full = performance.now();
    // 7,919 is prime and no factor of the counts: every id once, in no order.
    for (let i = 0; i < filters.length; i++) index.remove((i * 7_919) % filters.length);
    add += full - start;
    remove += performance.now() - full;
  }
  return { add: (add * 1e3) / filters.length / times, remove: (remove * 1e3) / filters.length / times };
}

/** What an index keeps in memory per filter, conditions included, once the parsed filters are gone. */
function memory(patterns: readonly string[]): number {
  const before = used();
  const index = new FilterIndex<number>();
  for (let i = 0; i < patterns.length; i++) index.add(i, parseFilter(JSON.parse(patterns[i] as string)));
  const bytes = used() - before;
  kept.last = index;
  return bytes / patterns.length;
}

function used(): number {
  if (globalThis.gc === undefined) throw new Error('run with --expose-gc, as `npm run bench` does');
  kept.last = undefined;
  for (let i = 0; i < 3; i++) globalThis.gc();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Holds on to results, so that nothing measured is optimised away. */
const kept: { last: unknown } = { last: undefined };
