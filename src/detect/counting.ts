/** Counts an event of a group: once, where its own time puts it, however late and however often it comes. */
import type { GroupState, OpenAlert } from './group-state.ts';
import { earliestWindow, insert, type Seen, shortHash } from './recent.ts';
import type { AlertSource, Occurrence } from './step-context.ts';

export interface Added {
  readonly state: GroupState;
  /** It had not been counted, and is now. */
  readonly isNew: boolean;
  /** It came so late that where it belongs cannot be told any more. */
  readonly isLate: boolean;
  /** The condition is fulfilled now, where no alert is open. */
  readonly fires?: Pick<OpenAlert, 'firstMs' | 'lastMs' | 'count'>;
}

/** Events of a group that are held: enough for the largest threshold, and little enough for one row. */
export const MAX_RECENT = 1_500;

export function addEvent(
  state: GroupState,
  { event, ms, value }: Occurrence,
  source: AlertSource,
  nowMs: number,
): Added {
  const nothing = { state, isNew: false, isLate: false };
  if (ms <= state.closedMs) return nothing;
  const recent = [...state.recent];
  const seen: Seen = { ms, id: shortHash(event.id), ...(value !== undefined && { value: shortHash(value) }) };
  if (ms < state.horizonMs) return { ...nothing, isLate: !recent.some(({ id }) => id === seen.id) };
  if (!insert(recent, seen)) return nothing;
  const newestMs = Math.max(state.newestMs, ms);
  const counted = { ...state, recent, newestMs };
  if (state.open) {
    const open = { ...tally(state.open, recent, source), lastCameMs: nowMs };
    return { state: trimmed({ ...counted, open }, source), isNew: true, isLate: false };
  }
  const first = source.rule ? earliestWindow(recent, source.rule.condition) : -1;
  if (first < 0) return { state: trimmed(counted, source), isNew: true, isLate: false };
  const fires = { firstMs: (recent[first] as Seen).ms, lastMs: newestMs, count: recent.length - first };
  return { state: counted, isNew: true, isLate: false, fires };
}

/** An earlier event may show that it began earlier. */
function tally(open: OpenAlert, recent: readonly Seen[], { rule }: AlertSource): OpenAlert {
  const first = open.isFixed || !rule ? -1 : earliestWindow(recent, rule.condition);
  const firstMs = first < 0 ? open.firstMs : (recent[first] as Seen).ms;
  const among = first < 0 ? recent.filter(({ ms }) => ms >= firstMs).length : recent.length - first;
  const lastMs = Math.max(open.lastMs, (recent.at(-1) as Seen).ms);
  return { ...open, firstMs, lastMs, count: open.settled + among };
}

/** Lets go of what no window can hold any more, and of the oldest where there are too many. */
function trimmed(state: GroupState, { rule }: AlertSource): GroupState {
  const { recent, newestMs, open } = state;
  const condition = rule?.condition;
  const windowMs = condition && 'windowMs' in condition ? condition.windowMs : 0;
  const oldestMs = Math.max(state.horizonMs, newestMs - windowMs - (rule?.latenessMs ?? 0));
  const inTime = recent.findIndex(({ ms }) => ms >= oldestMs);
  const cut = Math.max(inTime < 0 ? recent.length : inTime, recent.length - MAX_RECENT);
  const horizonMs = Math.max(oldestMs, recent[cut]?.ms ?? 0);
  if (cut === 0) return { ...state, horizonMs: oldestMs };
  const settled = open ? recent.slice(0, cut).filter(({ ms }) => ms >= open.firstMs).length : 0;
  return {
    ...state,
    horizonMs: recent.length > MAX_RECENT ? horizonMs : oldestMs,
    recent: recent.slice(cut),
    ...(open && {
      open: { ...open, settled: open.settled + settled, isFixed: open.isFixed || settled > 0 },
    }),
  };
}
