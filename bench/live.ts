/** How fast and how surely events reach many viewers: the server in a process of its own, viewers and producer in this one. */
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { type LiveFigures, runLive } from './live-run.ts';

const SCENES = {
  /** 1,000 viewers of 20 tenants: six large ones that the events are for, and fourteen small ones that must see none. */
  crowd: { viewers: 1_000, tenants: 20, largeTenants: 6, largeSize: 150, everyoneSeesAll: false },
  /** 100 viewers of one tenant who all see everything. */
  all: { viewers: 100, tenants: 1, largeTenants: 1, largeSize: 100, everyoneSeesAll: true },
} as const;
const EVENTS_PER_SECOND = 50;

export interface LiveOptions {
  readonly seconds: number;
  /** One scene only. */
  readonly only?: string;
  /** Where the server writes a CPU profile. */
  readonly profileDir?: string;
}

type Row = { readonly scene: string; readonly loadBefore: number } & LiveFigures;

/** Throws when an event was lost, came twice, or reached a viewer that it was not for. */
export async function run({ seconds, only, profileDir }: LiveOptions): Promise<Record<string, object[]>> {
  const rows: Row[] = [];
  for (const [scene, size] of Object.entries(SCENES)) {
    if (only !== undefined && only !== scene) continue;
    // Other work on the machine makes the tail longer: the reader should see it.
    const loadBefore = Math.round(100 * (loadavg()[0] ?? 0)) / 100;
    const given = { ...size, seconds, eventsPerSecond: EVENTS_PER_SECOND };
    const figures = await runLive(profileDir === undefined ? given : { ...given, profileDir });
    rows.push({ scene, loadBefore, ...figures });
    const { lost, twice, foreign } = figures;
    if (lost + twice + foreign > 0)
      throw new Error(
        `${scene}: ${lost} lost, ${twice} twice, ${foreign} foreign: the stream broke its promise`,
      );
  }
  return tables(rows);
}

function tables(rows: readonly Row[]): Record<string, object[]> {
  return {
    deliveries: rows.map((row) => ({
      scene: row.scene,
      viewers: row.viewers,
      tenants: row.tenants,
      seconds: row.seconds,
      events: row.events,
      'matches/event': `${row.matchesPerEvent.least}–${row.matchesPerEvent.most}`,
      deliveries: row.deliveries,
      'deliveries/s': row.deliveriesPerSecond,
      lost: row.lost,
      twice: row.twice,
      foreign: row.foreign,
      'by push': row.byPush,
    })),
    'from before PutEvents to the viewer’s application, ms': rows.map((row) => ({
      scene: row.scene,
      ...row.putToViewerMs,
      'PutEvents p50': row.putAnsweredMs.p50,
      'PutEvents p99': row.putAnsweredMs.p99,
    })),
    'what it took': rows.map((row) => ({
      scene: row.scene,
      'server CPU %': row.server.cpuPercent,
      'server MB': row.server.memoryMb,
      'most MB': row.server.mostMemoryMb,
      'bench loop p99 ms': row.benchLoopDelayMs.p99,
      'machine load before': row.loadBefore,
    })),
  };
}

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '60' },
      only: { type: 'string' },
      profile: { type: 'string' },
    },
  });
  const given = { seconds: Number(values.seconds), ...(values.only && { only: values.only }) };
  const found = await run(values.profile === undefined ? given : { ...given, profileDir: values.profile });
  for (const [title, rows] of Object.entries(found)) {
    console.log(title);
    console.table(rows);
  }
}
