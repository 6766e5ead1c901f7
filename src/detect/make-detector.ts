/** Composes the detector for one process. */
import { newEventId } from '../domain/event/new-event-id.ts';
import type { RuleBook } from '../domain/rules/rule-book.ts';
import type { Producers } from '../stream/bus-detail.ts';
import type { Log } from '../stream/log.ts';
import type { Publish } from '../stream/ports.ts';
import { makeContexts } from './contexts.ts';
import type { Count } from './count.ts';
import { makeDetect } from './detect.ts';
import type { Detector } from './detector.ts';
import { makeAskFlood } from './floods.ts';
import { makeGroups } from './groups.ts';
import { makeNewValues } from './new-values.ts';
import { makePersonActs } from './person-acts.ts';
import { makePipeline } from './pipeline.ts';
import type { AlertStore } from './ports.ts';
import { makeRuleIndex } from './rule-index.ts';
import { makeSettle } from './settle.ts';
import { makeSourceOf } from './sources.ts';
import { makeTick } from './tick.ts';

export interface DetectorOptions {
  readonly store: AlertStore;
  readonly book: RuleBook;
  /** Destinations of alerts, by name. */
  readonly channels: readonly string[];
  readonly publish: Publish;
  /** Which tenants a bus source may write into; without it any source is trusted. */
  readonly producers?: Producers | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Log;
  readonly newId?: (nowMs: number) => string;
  /** The page, for links in notices; without a slash at its end. */
  readonly dashboardUrl?: string | undefined;
  readonly count?: Count;
  readonly sleep?: (ms: number) => Promise<void>;
}

export function makeDetector(options: DetectorOptions): Detector {
  const { store, book, count = () => {}, newId = newEventId, sleep = pause } = options;
  const deps = { ...options, states: store.states, records: store.records, count, newId, sleep };
  const sourceOf = makeSourceOf(book.rules);
  const contexts = makeContexts(deps);
  const settle = makeSettle({ ...deps, contexts });
  const shared = { ...deps, sourceOf, contexts, settle };
  const groups = makeGroups({ ...shared, askFlood: makeAskFlood(deps) });
  const index = makeRuleIndex(book.rules);
  return {
    consume: makeDetect({ ...shared, index, groups, newValues: makeNewValues(deps) }),
    tick: makeTick(shared),
    act: makePersonActs(shared),
    pipeline: makePipeline(shared),
  };
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
