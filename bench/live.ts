/** How fast and how surely events reach many viewers: the server in a process of its own, viewers and producer in this one. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { parseArgs } from 'node:util';
import { type LiveFigures, runLive } from './live-run.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    only: { type: 'string' },
    /** Writes a CPU profile of the server into this folder. */
    profile: { type: 'string' },
    help: { type: 'boolean' },
  },
});

if (values.help) {
  console.log('node bench/live.ts [--seconds 60] [--only crowd|all] [--profile DIR]');
  process.exit(0);
}

const SCENES = {
  /** 1,000 viewers of 20 tenants: six large ones that the events are for, and fourteen small ones that must see none. */
  crowd: { viewers: 1_000, tenants: 20, largeTenants: 6, largeSize: 150, everyoneSeesAll: false },
  /** 100 viewers of one tenant who all see everything. */
  all: { viewers: 100, tenants: 1, largeTenants: 1, largeSize: 100, everyoneSeesAll: true },
} as const;

const figures: Record<string, LiveFigures> = {};
for (const [name, scene] of Object.entries(SCENES)) {
  if (values.only !== undefined && values.only !== name) continue;
  figures[name] = await runLive({
    ...scene,
    seconds: Number(values.seconds),
    eventsPerSecond: 50,
    ...(values.profile !== undefined && { profileDir: values.profile }),
  });
  console.log(name, JSON.stringify(figures[name], null, 2));
}
const machine = `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, Node ${process.version}`;
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
const file = new URL('results/live.json', import.meta.url);
if (values.only === undefined) writeFileSync(file, `${JSON.stringify({ machine, ...figures }, null, 2)}\n`);
process.exit(
  Object.values(figures).every(({ lost, twice, foreign }) => lost + twice + foreign === 0) ? 0 : 1,
);
