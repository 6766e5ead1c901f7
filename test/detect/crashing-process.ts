/** A process that runs the detector and may die at any call of the store or the bus: before it, half way, or after it and
 * before the answer. Every call lets the others go on meanwhile. */

import type { Detector } from '../../src/detect/detector.ts';
import { makeDetector } from '../../src/detect/make-detector.ts';
import type { AlertStore } from '../../src/detect/ports.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Rule } from '../../src/domain/rules/rule.ts';
import type { Random } from '../journey/random.ts';

export interface Surroundings {
  readonly rules: readonly Rule[];
  readonly store: AlertStore;
  readonly now: () => number;
  readonly random: Random;
  readonly newId: (nowMs: number) => string;
  /** The share of calls that go wrong now. */
  readonly faults: () => number;
  readonly published: (notice: Alert) => void;
  readonly count: (what: Incident) => void;
}

export type Incident = 'died' | 'failed' | 'conflict';

export interface CrashingProcess {
  readonly detector: Detector;
  isDead(): boolean;
}

export function startProcess(around: Surroundings): CrashingProcess {
  const { rules, store, now, random, newId, faults, published, count } = around;
  let isDead = false;
  const { read, write, due } = store.states;

  const detector = makeDetector({
    book: { rules, policy: { routes: [], inhibitions: [], maintenance: [] } },
    channels: ['slack'],
    store: {
      states: {
        read: (keys) => call(() => read(keys)),
        due: (nowMs, limit) => call(() => due(nowMs, limit)),
        write: (changes) =>
          call(
            async () => {
              const written = await write(changes);
              if (written.includes('conflict')) count('conflict');
              return written;
            },
            () => write(changes.slice(0, Math.ceil(changes.length / 2))),
          ),
      },
      records: {
        open: (...which) => call(() => store.records.open(...which)),
        page: (tenantId, options) => call(() => store.records.page(tenantId, options)),
        byId: (tenantId, alertId) => call(() => store.records.byId(tenantId, alertId)),
      },
      silences: {
        put: (silence) => call(() => store.silences.put(silence)),
        list: (tenantId, endsAfterMs) => call(() => store.silences.list(tenantId, endsAfterMs)),
      },
    },
    publish: (entries) =>
      call(async () =>
        entries.map(({ detail }) => {
          if (random() < faults())
            return { kind: 'refused', code: 'ThrottlingException', message: 'for now' };
          published(detail as Alert);
          return { kind: 'accepted', busId: 'bus' };
        }),
      ),
    now,
    random,
    newId,
    log: () => {},
    sleep: () => aWhile(),
  });
  return { detector, isDead: () => isDead };

  async function call<T>(work: () => Promise<T>, half?: () => Promise<unknown>): Promise<T> {
    await aWhile();
    if (isDead) throw new Error('the process is dead');
    if (random() < faults()) await goWrong(work, half);
    const answer = await work();
    await aWhile();
    if (isDead) throw new Error('the process is dead');
    return answer;
  }

  async function goWrong(
    work: () => Promise<unknown>,
    half: () => Promise<unknown> = () => Promise.resolve(),
  ): Promise<never> {
    const how = Math.floor(random() * 5);
    if (how === 0) {
      count('failed');
      throw new Error('the store is away');
    }
    if (how === 1) await half();
    else if (how > 2) await work();
    isDead = true;
    count('died');
    throw new Error('the process is dead');
  }

  async function aWhile(): Promise<void> {
    for (let turns = Math.floor(random() * 4); turns > 0; turns--) await Promise.resolve();
  }
}
