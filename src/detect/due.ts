/** When the clock has something to do for a group, and how long the group is remembered. */
import type { GroupState } from './group-state.ts';
import type { AlertSource } from './step-context.ts';

/** A time that is known to the store already is kept while it is not too late: the clock then looks once too often, which
 * costs less than to move it with every event. */
export function dueOf(state: GroupState, source: AlertSource, nowMs: number): number | undefined {
  const wanted = wantedMs(state, source, nowMs);
  if (wanted === undefined) return undefined;
  return state.dueMs !== undefined && state.dueMs > nowMs && state.dueMs <= wanted ? state.dueMs : wanted;
}

function wantedMs(
  { open, outbox, cameMs }: GroupState,
  source: AlertSource,
  nowMs: number,
): number | undefined {
  if (outbox.length > 0) return nowMs + PUBLISH_AGAIN_MS;
  const condition = source.rule?.condition;
  const isSilence = condition?.kind === 'silence';
  if (!open) return isSilence && cameMs !== undefined ? cameMs + condition.afterMs : undefined;
  const ends = isSilence || open.pipeline ? [] : [open.lastCameMs + source.quietMs];
  const tells = open.count === open.toldCount ? [] : [open.toldMs + source.mergeMs];
  const repeats = open.acknowledgedBy ? [] : [open.wokenMs + source.repeatMs];
  const looks = open.suppressedBy && open.lookMs !== undefined ? [open.lookMs] : [];
  const all = [...ends, ...tells, ...repeats, ...looks];
  return all.length === 0 ? undefined : Math.min(...all);
}

/** An open alert stays; of one that is over is known what counted, for as long as that can come again out of a queue and
 * then its dead letters; what never fired goes with its window. */
export function keepMs({ open, closedMs }: GroupState, { rule }: AlertSource): number {
  if (open) return KEEP_OPEN_MS;
  const condition = rule?.condition;
  const windowMs = condition && 'windowMs' in condition ? condition.windowMs : 0;
  const afterMs = condition?.kind === 'silence' ? condition.afterMs : 0;
  const counts = windowMs + afterMs + (rule?.latenessMs ?? 0) + DAY_MS;
  return closedMs < 0 ? counts : Math.max(KEEP_CLOSED_MS, counts);
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const KEEP_OPEN_MS = 400 * DAY_MS;
const KEEP_CLOSED_MS = 20 * DAY_MS;
const PUBLISH_AGAIN_MS = 5_000;
