/** The alerts that the page knows, each as its latest notice says: a later notice outdates all before it, in whatever order
 * they come, pushed, pulled or asked for. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { AlertRecord, AlertStep } from '../../../src/domain/alert/alert-record.ts';
import { SEVERITIES } from '../../../src/domain/event/audit-event.ts';

export interface KnownAlert {
  readonly alert: Alert;
  /** As the server told them last; what came since is not among them. */
  readonly steps: readonly AlertStep[];
  /** When the page saw it end, by the page's clock; undefined if it was over before. */
  readonly endedAtMs?: number;
}

/** By `alertId`. */
export type AlertBook = ReadonlyMap<string, KnownAlert>;

export const NO_ALERTS: AlertBook = new Map();
/** How many past alerts are kept; who wants older ones asks for them again. */
export const MOST_PAST = 1_000;
/** What has ended stays in view so long. */
export const LEAVING_MS = 8_000;
/** The server's list of open alerts may lag behind its notices. */
const LAG_MS = 60_000;

/** With a notice; the same book when it says nothing new. */
export function noted(book: AlertBook, alert: Alert, nowMs: number): AlertBook {
  const known = book.get(alert.alertId);
  if (known && known.alert.sequence >= alert.sequence) return book;
  return withAlert(book, alert, known?.steps ?? [], nowMs);
}

/** With what the server keeps. */
export function recorded(book: AlertBook, records: readonly AlertRecord[], nowMs: number): AlertBook {
  return records.reduce((now, { alert, steps }) => {
    const known = now.get(alert.alertId);
    if (known && known.alert.sequence > alert.sequence) return now;
    return withAlert(now, alert, steps, nowMs);
  }, book);
}

/** Without the alerts that were open and of which the server, asked for all that are, said nothing: they ended while
 * nothing could be heard. */
export function withoutLost(book: AlertBook, listed: readonly AlertRecord[], askedAtMs: number): AlertBook {
  const ids = new Set(listed.map(({ alert }) => alert.alertId));
  return new Map(
    [...book].filter(
      ([id, { alert }]) => isOver(alert) || ids.has(id) || Date.parse(alert.occurredAt) > askedAtMs - LAG_MS,
    ),
  );
}

export const isOver = ({ status }: Alert) => status === 'resolved';

/** The gravest first, of the same severity the newest. */
export function openAlerts(book: AlertBook): readonly KnownAlert[] {
  return [...book.values()].filter(({ alert }) => !isOver(alert)).sort(byUrgency);
}

/** Open ones, and those that have just ended, in their place. */
export function inView(book: AlertBook, nowMs: number): readonly KnownAlert[] {
  return [...book.values()]
    .filter(
      ({ alert, endedAtMs }) => !isOver(alert) || (endedAtMs !== undefined && nowMs < endedAtMs + LEAVING_MS),
    )
    .sort(byUrgency);
}

/** The newest first, as the server lists them. */
export function pastAlerts(book: AlertBook): readonly KnownAlert[] {
  return [...book.values()].filter(({ alert }) => isOver(alert)).sort(byId);
}

export function gravity(severity: Alert['severity']): number {
  return SEVERITIES.indexOf(severity);
}

function byUrgency({ alert: a }: KnownAlert, { alert: b }: KnownAlert): number {
  return (
    gravity(b.severity) - gravity(a.severity) ||
    Date.parse(b.firstAt) - Date.parse(a.firstAt) ||
    (a.alertId < b.alertId ? 1 : -1)
  );
}

const byId = ({ alert: a }: KnownAlert, { alert: b }: KnownAlert) => (a.alertId < b.alertId ? 1 : -1);

function withAlert(book: AlertBook, alert: Alert, steps: readonly AlertStep[], nowMs: number): AlertBook {
  const before = book.get(alert.alertId);
  const hasEnded = before !== undefined && !isOver(before.alert) && isOver(alert);
  const endedAtMs = hasEnded ? nowMs : before?.endedAtMs;
  const changed = new Map(book);
  changed.set(alert.alertId, { alert, steps, ...(endedAtMs !== undefined && { endedAtMs }) });
  return isOver(alert) ? withoutOldest(changed) : changed;
}

function withoutOldest(book: Map<string, KnownAlert>): AlertBook {
  if (book.size <= MOST_PAST) return book;
  for (const { alert } of pastAlerts(book).slice(MOST_PAST)) book.delete(alert.alertId);
  return book;
}
