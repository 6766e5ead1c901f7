/** The mappers over the corpus, in turns: what each costs an event, and what making its text for a destination does. */
import { readFileSync } from 'node:fs';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../src/domain/event/parse-audit-event.ts';
import { toCloudEvent, toDatadog, toEcs, toOcsf } from '../src/domain/mappers/index.ts';
import { median } from './rules-and-events.ts';

const MAPPERS: Readonly<Record<string, (event: AuditEvent) => object>> = {
  toCloudEvent,
  toDatadog,
  toEcs,
  toOcsf,
};

export async function run({
  quick,
}: {
  readonly quick: boolean;
}): Promise<Record<string, readonly object[]>> {
  const events = readFileSync(new URL('../test/data/corpus/events.ndjson', import.meta.url), 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => parseAuditEvent(JSON.parse(line)));
  const rounds = Array.from({ length: quick ? 3 : 15 }, () =>
    Object.entries(MAPPERS).map(([mapper, map]) => {
      const mapUs = usPerEvent(() => events.map(map), events.length);
      const documents = events.map(map);
      const textUs = usPerEvent(() => documents.map((document) => JSON.stringify(document)), events.length);
      const bytes = documents.reduce((sum, document) => sum + Buffer.byteLength(JSON.stringify(document)), 0);
      return { mapper, mapUs, textUs, bytes: Math.round(bytes / events.length) };
    }),
  );
  const rows = Object.keys(MAPPERS).map((mapper, at) => {
    const own = rounds.flatMap((round) => round[at] ?? []);
    const mapUs = median(own.map((row) => row.mapUs));
    return {
      mapper,
      mapUs,
      eventsPerSecond: Math.round(1_000_000 / mapUs),
      textUs: median(own.map((row) => row.textUs)),
      bytes: own[0]?.bytes,
    };
  });
  return { mappers: rows };
}

/** Processor time, over and over for some 100 ms of it. */
function usPerEvent(all: () => unknown, count: number): number {
  const before = process.cpuUsage();
  let spentUs = 0;
  let times = 0;
  while (spentUs < 100_000) {
    all();
    times++;
    const { user, system } = process.cpuUsage(before);
    spentUs = user + system;
  }
  return spentUs / (times * count);
}
