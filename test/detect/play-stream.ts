/** Plays a stream to detectors that share a store: two consumers, the clock, crashes, and whatever was not done once more. */

import { makeMemoryStore } from '../../src/detect/memory-store.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertRecord } from '../../src/domain/alert/alert-record.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { seededRandom } from '../journey/random.ts';
import { type CrashingProcess, type Incident, startProcess } from './crashing-process.ts';
import { messageOf } from './message-of.ts';
import type { Moment } from './schedule.ts';
import type { Stream } from './streams.ts';

export interface Played {
  readonly records: readonly AlertRecord[];
  /** As they came to the bus, some of them twice. */
  readonly notices: readonly Alert[];
  readonly incidents: Readonly<Record<Incident, number>>;
}

/** Who has failed so often is left in peace: nothing fails for ever. */
const PATIENCE = 12;

export async function playStream({ rules, events, moments, seed, faults }: Stream): Promise<Played> {
  const random = seededRandom(seed + 1);
  const incidents = { died: 0, failed: 0, conflict: 0 };
  const notices: Alert[] = [];
  let nowMs = 0;
  let ids = 0;
  let isCalm = false;
  const store = makeMemoryStore({ now: () => nowMs });
  const start = () =>
    startProcess({
      rules,
      store,
      now: () => nowMs,
      random,
      newId: () => `id-${String(++ids).padStart(8, '0')}`,
      faults: () => (isCalm ? 0 : faults),
      published: (notice) => notices.push(notice),
      count: (what) => incidents[what]++,
    });
  const processes: [CrashingProcess, CrashingProcess] = [start(), start()];

  for (const moment of moments) {
    nowMs = moment.atMs;
    await play(moment);
    isCalm = false;
  }
  const tenants = [...new Set(events.map(({ tenantId }) => tenantId))];
  const records = await Promise.all(tenants.map(allOf));
  return { records: records.flat(), notices, incidents };

  async function play(moment: Moment): Promise<void> {
    if (moment.kind === 'deliver') {
      const { batches, isAtTick } = moment;
      const busy = batches.map((batch, i) => deliver(i, batch));
      await Promise.all([...busy, ...(isAtTick ? [tick(1)] : [])]);
      return;
    }
    isCalm = moment.isCalm;
    await Promise.all([tick(0), ...(moment.isTwice ? [tick(1)] : [])]);
  }

  async function deliver(which: number, batch: readonly AuditEvent[]): Promise<void> {
    let left = batch.map((event) => messageOf(event, nowMs));
    for (let attempt = 1; left.length > 0; attempt++) {
      if (attempt > PATIENCE) isCalm = true;
      if (attempt > 2 * PATIENCE) throw new Error('a message was not taken, however often it came');
      const { detector, isDead } = running(which);
      const outcomes = await detector.consume(left).catch(() => []);
      // Nobody hears the answer of a dead process.
      if (isDead()) continue;
      if (outcomes.some(({ kind }) => kind === 'rejected')) throw new Error('an event was rejected');
      left = left.filter((_, i) => outcomes[i]?.kind !== 'delivered');
    }
  }

  async function tick(which: number): Promise<void> {
    const { detector } = running(which);
    for (let done = 1, times = 0; done > 0; times++) {
      if (times > 100) throw new Error('the clock comes to no end');
      done = await detector.tick().catch(() => 0);
    }
  }

  function running(which: number): CrashingProcess {
    const at = which === 0 ? 0 : 1;
    if (processes[at].isDead()) processes[at] = start();
    return processes[at];
  }

  async function allOf(tenantId: string): Promise<readonly AlertRecord[]> {
    const all: AlertRecord[] = [];
    let before: string | undefined;
    do {
      const page = await store.records.page(tenantId, { limit: 50, ...(before !== undefined && { before }) });
      all.push(...page.records);
      before = page.next;
    } while (before !== undefined);
    return all;
  }
}
