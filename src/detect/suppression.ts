/** Says why destinations should not hear of a notice now, and when to ask again. */
import type { Alert } from '../domain/alert/alert.ts';
import type { Silence } from '../domain/alert/silence.ts';
import { type Filter, FilterError, matches, parseFilter } from '../domain/filter/index.ts';
import type { MaintenanceWindow } from '../domain/rules/alert-policy.ts';
import { type InhibitionFacts, inhibitorOf } from './inhibition.ts';
import { endOf, isUnderWay } from './maintenance.ts';

export interface SuppressionFacts extends InhibitionFacts {
  readonly silences: readonly Silence[];
  readonly maintenance: readonly MaintenanceWindow[];
  readonly nowMs: number;
}

/** By the silence's id, the maintenance's name, or the `alertId` of the alert that inhibits it. */
export type Suppression = NonNullable<Alert['suppressedBy']>;

/** The first that there is: silence, maintenance, inhibition. */
export function suppressionOf(alert: Alert, facts: SuppressionFacts): Suppression | undefined {
  const { silences, maintenance, nowMs } = facts;
  const silence = silences.find((one) => isSilencing(one, alert, nowMs));
  if (silence) return { kind: 'silence', id: silence.id };
  const work = maintenance.find(({ times, filter }) => matches(filter, alert) && isUnderWay(times, nowMs));
  if (work) return { kind: 'maintenance', id: work.name };
  const inhibitor = inhibitorOf(alert, facts);
  return inhibitor && { kind: 'inhibition', id: inhibitor.alertId };
}

/** When a suppression may be over. Never long after now: people end silences before their time, and alerts that inhibit. */
export function nextLook({ kind, id }: Suppression, facts: SuppressionFacts): number {
  const { silences, maintenance, nowMs } = facts;
  const soonMs = nowMs + LOOK_AGAIN_MS;
  const silence = kind === 'silence' && silences.find((one) => one.id === id);
  if (silence) return Math.min(Date.parse(silence.until), soonMs);
  const work = kind === 'maintenance' && maintenance.find(({ name }) => name === id);
  return work ? endOf(work.times, nowMs, nowMs + LOOK_AT_WORK_MS) : soonMs;
}

function isSilencing(silence: Silence, alert: Alert, nowMs: number): boolean {
  const { tenantId, from, until, endedBy } = silence;
  if (endedBy || tenantId !== alert.tenantId) return false;
  if (!(Date.parse(from) <= nowMs && nowMs < Date.parse(until))) return false;
  const filter = filterOf(silence);
  return filter !== undefined && matches(filter, alert);
}

/** Undefined where the pattern is none any more: it must not silence everything. */
function filterOf(silence: Silence): Filter | undefined {
  if (filters.has(silence)) return filters.get(silence);
  const filter = parsed(silence.match);
  filters.set(silence, filter);
  return filter;
}

function parsed(pattern: unknown): Filter | undefined {
  try {
    return parseFilter(pattern);
  } catch (error) {
    if (error instanceof FilterError) return undefined;
    throw error;
  }
}

const filters = new WeakMap<Silence, Filter | undefined>();
const LOOK_AGAIN_MS = 60_000;
/** Its end is known beforehand; only a changed policy moves it. */
const LOOK_AT_WORK_MS = 10 * 60_000;
