/** The filter index against event-ruler, AWS's own matcher: same rules, same events, same answers, one run. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { FilterIndex, parseFilter } from '../src/domain/filter/index.ts';
import { eventRuler } from '../test/services/event-ruler/event-ruler.ts';
import { type Envelope, eventTexts, generateRules, median, type Rule } from './rules-and-events.ts';

/** What `Bench.java` prints. */
interface RulerFigures {
  readonly matches: number;
  readonly checksum: number;
  readonly text: { readonly eventsPerSecond: number };
  readonly parsed: { readonly eventsPerSecond: number };
  readonly bytesPerRule: number;
  readonly addUs: number;
  readonly removeUs: number;
}

export async function run({
  quick,
}: {
  readonly quick: boolean;
}): Promise<Record<string, readonly object[]>> {
  const ruler = eventRuler();
  if ('missing' in ruler) {
    console.log(`Left out: the comparison with event-ruler (${ruler.missing}).`);
    return {};
  }
  const rows: object[] = [];
  for (const count of quick ? [10_000] : [1_000, 10_000, 100_000])
    for (const order of ['as they come', 'tenant first'] as const)
      rows.push(compare(ruler.classPath, count, order, quick ? 1 : 3, quick ? 1 : 2));
  return { 'events per second on one thread': rows };
}

/** event-ruler walks the fields in the order of their names: renamed, the tenant comes first. */
function tenantFirst<T extends { readonly detail: Record<string, unknown> }>(value: T): T {
  const { tenantId, ...rest } = value.detail;
  return { ...value, detail: { aTenantId: tenantId, ...rest } };
}

function compare(
  classPath: string,
  count: number,
  order: 'as they come' | 'tenant first',
  rounds: number,
  seconds: number,
): object {
  const rename = order === 'tenant first';
  const rules = generateRules(count).map((rule) => (rename ? tenantFirst<Rule>(rule) : rule));
  const texts = eventTexts().map((text) =>
    rename ? JSON.stringify(tenantFirst(JSON.parse(text) as Envelope)) : text,
  );
  const events = texts.map((text) => JSON.parse(text) as unknown);
  const index = new FilterIndex<number>();
  rules.forEach((rule, i) => {
    index.add(i, parseFilter(rule));
  });
  const answer = answers(index, events);
  const folder = mkdtempSync(join(tmpdir(), 'event-ruler-'));
  try {
    writeFileSync(join(folder, 'rules.json'), JSON.stringify(rules));
    writeFileSync(join(folder, 'events.ndjson'), `${texts.join('\n')}\n`);
    const theirs: RulerFigures[] = [];
    const ours: { parsed: number; text: number }[] = [];
    for (let round = 0; round < rounds; round++) {
      theirs.push(java(classPath, folder, seconds));
      ours.push({
        parsed: perSecond((i) => index.match(events[i]), events.length, seconds),
        text: perSecond((i) => index.match(JSON.parse(texts[i] as string)), events.length, seconds),
      });
    }
    const same = theirs.every((each) => each.matches === answer.matches && each.checksum === answer.checksum);
    if (!same)
      throw new Error(`event-ruler found ${JSON.stringify(theirs[0])}, we ${JSON.stringify(answer)}`);
    const ratio = (kind: 'parsed' | 'text'): number =>
      median(
        theirs.map(
          (each, i) => (ours[i] as { parsed: number; text: number })[kind] / each[kind].eventsPerSecond,
        ),
      );
    return {
      rules: count,
      order,
      sameAnswers: `${answer.matches}/${answer.checksum}`,
      rulerParsed: Math.round(median(theirs.map((each) => each.parsed.eventsPerSecond))),
      oursParsed: Math.round(median(ours.map((each) => each.parsed))),
      timesParsed: ratio('parsed'),
      rulerText: Math.round(median(theirs.map((each) => each.text.eventsPerSecond))),
      oursText: Math.round(median(ours.map((each) => each.text))),
      timesText: ratio('text'),
      rulerBytes: median(theirs.map((each) => each.bytesPerRule)),
      rulerAddUs: median(theirs.map((each) => each.addUs)),
      rulerRemoveUs: median(theirs.map((each) => each.removeUs)),
    };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function java(classPath: string, folder: string, seconds: number): RulerFigures {
  const args = [
    '-Xms1g',
    '-Xmx4g',
    '-XX:+UseParallelGC',
    '-cp',
    classPath,
    'Bench',
    join(folder, 'rules.json'),
    join(folder, 'events.ndjson'),
    String(seconds),
  ];
  const { status, stdout, stderr } = spawnSync('java', args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`Bench.java: ${stderr}`);
  return JSON.parse(stdout) as RulerFigures;
}

/** Matches of all events, and their checksum by the formula of `Bench.java`. */
function answers(
  index: FilterIndex<number>,
  events: readonly unknown[],
): { matches: number; checksum: number } {
  let matches = 0;
  let checksum = 0;
  events.forEach((event, i) => {
    for (const rule of index.match(event).toSorted((a, b) => a - b)) {
      matches++;
      checksum = (checksum * 31 + i * 7 + rule) % 1_000_000_007;
    }
  });
  return { matches, checksum };
}

/** Events per second, going round all of them; a first span of the same length warms up, as in `Bench.java`. */
function perSecond(match: (i: number) => readonly number[], count: number, seconds: number): number {
  let done = 0;
  let found = 0;
  for (let phase = 0; ; phase++) {
    done = 0;
    const start = performance.now();
    let passed = 0;
    while (passed < seconds * 1e3) {
      for (let i = 0; i < 64; i++) found += match(done++ % count).length;
      passed = performance.now() - start;
    }
    if (phase === 1) return found < 0 ? Number.NaN : (done * 1e3) / passed;
  }
}
