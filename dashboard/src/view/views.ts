/** What of the page is looked at, and how the address says so: a view can be shared. */
import { OUTCOME_KINDS, type OutcomeKind } from '../../../src/domain/deliveries.ts';
import { SEVERITIES, type Severity } from '../../../src/domain/event/audit-event.ts';

export const VIEWS = ['live', 'alerts', 'deliveries', 'dead-letters'] as const;
export type ViewName = (typeof VIEWS)[number];

export const TITLES: Readonly<Record<ViewName, string>> = {
  live: 'Live',
  alerts: 'Alerts',
  deliveries: 'Deliveries',
  'dead-letters': 'Dead letters',
};

/** For every role; the others are for operators. */
export const VIEWS_OF_ALL: readonly ViewName[] = ['live', 'alerts'];

/** What an alert may be asked for by; `quiet`: nobody outside the page hears of it. */
export const ALERT_STATES = ['open', 'firing', 'acknowledged', 'quiet', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

/** Which alerts are shown, and which one is open. */
export interface AlertsChoice {
  readonly state?: AlertState;
  readonly severity?: Severity;
  /** A rule's id. */
  readonly rule?: string;
  /** Part of what it says. */
  readonly text?: string;
  /** An `alertId`: the one that is looked at. */
  readonly alert?: string;
}

/** Which attempts are shown. */
export interface DeliveriesChoice {
  readonly destination?: string;
  readonly outcome?: OutcomeKind;
}

/** Which dead letters are shown, as the viewer chose them. */
export interface LettersChoice {
  readonly queue?: string;
  readonly reason?: string;
  readonly age?: AgeName;
  /** Of an event or a message. */
  readonly id?: string;
  /** An event pattern as JSON text. */
  readonly pattern?: string;
}

export type View =
  | { readonly kind: 'live' }
  | { readonly kind: 'alerts'; readonly choice: AlertsChoice }
  | { readonly kind: 'deliveries'; readonly choice: DeliveriesChoice }
  | { readonly kind: 'dead-letters'; readonly choice: LettersChoice };

const MINUTE_MS = 60_000;

/** Ages of dead letters that can be asked for. */
export const AGES = {
  'in-10m': { title: 'in the last 10 min', newerThanMs: 10 * MINUTE_MS },
  'in-1h': { title: 'in the last hour', newerThanMs: 60 * MINUTE_MS },
  'in-1d': { title: 'in the last day', newerThanMs: 1_440 * MINUTE_MS },
  'before-10m': { title: 'more than 10 min ago', olderThanMs: 10 * MINUTE_MS },
  'before-1h': { title: 'more than an hour ago', olderThanMs: 60 * MINUTE_MS },
  'before-1d': { title: 'more than a day ago', olderThanMs: 1_440 * MINUTE_MS },
  'before-7d': { title: 'more than 7 days ago', olderThanMs: 10_080 * MINUTE_MS },
} as const;
export type AgeName = keyof typeof AGES;
export const AGE_NAMES = Object.keys(AGES) as readonly AgeName[];

/** What cannot be read is left out: an old or edited link still shows what it can. */
export function viewIn(query: URLSearchParams): View {
  const text = (name: string) => query.get(name)?.trim() || undefined;
  // Notices lead to their alert by its id alone.
  switch (query.get('view') ?? (text('alert') && 'alerts')) {
    case 'alerts': {
      const state = ALERT_STATES.find((one) => one === query.get('state'));
      const severity = SEVERITIES.find((one) => one === query.get('severity'));
      const [rule, words, alert] = ['rule', 'text', 'alert'].map(text);
      return { kind: 'alerts', choice: said({ state, severity, rule, text: words, alert }) };
    }
    case 'deliveries': {
      const outcome = OUTCOME_KINDS.find((kind) => kind === query.get('outcome'));
      return { kind: 'deliveries', choice: said({ destination: text('destination'), outcome }) };
    }
    case 'dead-letters': {
      const age = AGE_NAMES.find((name) => name === query.get('age'));
      const [queue, reason, id, pattern] = ['queue', 'reason', 'id', 'pattern'].map(text);
      return { kind: 'dead-letters', choice: said({ queue, reason, age, id, pattern }) };
    }
    default:
      return { kind: 'live' };
  }
}

/** Of the views beside the live one, whose filter has its own. */
export function queryOf(view: Exclude<View, { kind: 'live' }>): URLSearchParams {
  const query = new URLSearchParams({ view: view.kind });
  for (const [name, value] of Object.entries(view.choice)) query.set(name, value);
  return query;
}

export function viewNamed(name: ViewName): View {
  return name === 'live' ? { kind: name } : { kind: name, choice: {} };
}

type Optional<T> = { readonly [K in keyof T]: T[K] | undefined };

/** Without the fields that are not said. */
export function said<T extends object>(fields: Optional<T>): { readonly [K in keyof T]?: NonNullable<T[K]> } {
  return Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''),
  ) as never;
}
