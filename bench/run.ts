/** `npm run bench [names] [-- --quick]`: runs the benches one after another, prints tables, keeps results as JSON. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';

/** A bench answers tables: name → rows of the same shape. Quick is for trying it out, not for figures to quote. */
type Tables = Readonly<Record<string, readonly object[]>>;

const BENCHES: Readonly<Record<string, (quick: boolean) => Promise<Tables>>> = {
  filter: async (quick) => (await import('./filter.ts')).run({ quick }),
  'event-ruler': async (quick) => (await import('./event-ruler.ts')).run({ quick }),
  accept: async (quick) => (await import('./accept.ts')).run(quick ? { rateMs: 500, paceMs: 3_000 } : {}),
  'fan-out': async (quick) => (await import('./fan-out.ts')).run({ quick }),
  scaling: async (quick) => (await import('./scaling.ts')).run({ quick }),
  middleware: async (quick) => (await import('./middleware.ts')).run({ quick }),
  destinations: async (quick) => (await import('./destinations.ts')).run({ quick }),
  'sink-start': async (quick) => (await import('./sink-start.ts')).run({ quick }),
  mappers: async (quick) => (await import('./mappers.ts')).run({ quick }),
  detect: async (quick) => (await import('./detect.ts')).run({ quick }),
  alerts: async (quick) => (await import('./alerts.ts')).run({ quick }),
  live: async (quick) => (await import('./live.ts')).run({ seconds: quick ? 5 : 60 }),
};

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHES, name));
if (unknown.length > 0) {
  console.error(`There is no bench ${unknown.join(', ')}; there are: ${Object.keys(BENCHES).join(', ')}`);
  process.exit(2);
}

const results = new URL('results/', import.meta.url);
mkdirSync(results, { recursive: true });
for (const name of positionals.length > 0 ? positionals : Object.keys(BENCHES)) {
  const startedAt = new Date().toISOString();
  const tables = await (BENCHES[name] as (quick: boolean) => Promise<Tables>)(values.quick);
  for (const [title, rows] of Object.entries(tables)) print(`${name}: ${title}`, rows);
  const machine = { cpu: cpus()[0]?.model, cores: cpus().length, node: process.version };
  const file = new URL(`${name}${values.quick ? '.quick' : ''}.json`, results);
  writeFileSync(
    file,
    `${JSON.stringify({ bench: name, startedAt, quick: values.quick, machine, ...tables }, null, 1)}\n`,
  );
}

function print(title: string, rows: readonly object[]): void {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const cells = rows.map((row) => columns.map((column) => say((row as Record<string, unknown>)[column])));
  const widths = columns.map((column, i) =>
    Math.max(column.length, ...cells.map((row) => row[i]?.length ?? 0)),
  );
  const line = (row: readonly string[]): string =>
    row.map((cell, i) => cell.padStart(widths[i] as number)).join('  ');
  console.log(`\n${title}\n${line(columns)}`);
  for (const row of cells) console.log(line(row));
}

function say(value: unknown): string {
  if (typeof value !== 'number') return value === undefined ? '' : String(value);
  if (Number.isInteger(value)) return value.toLocaleString('en');
  return value.toLocaleString('en', { maximumSignificantDigits: 3 });
}
