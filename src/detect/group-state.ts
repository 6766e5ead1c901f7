/** What is known of a group of events under a rule: one text in the store, bounded however many events come. */
import type { Alert, AlertSample } from '../domain/alert/alert.ts';
import type { AlertStep } from '../domain/alert/alert-record.ts';
import { decodeRecent, encodeRecent, type Seen } from './recent.ts';

/** The alert of a group while it is not over. */
export interface OpenAlert {
  readonly alertId: string;
  /** Of the last notice. */
  readonly sequence: number;
  /** Its events' first and last time. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** Its events that are not among the recent ones any more. */
  readonly settled: number;
  /** Where it begins is decided: an event before that does not move it. */
  readonly isFixed: boolean;
  readonly count: number;
  /** By the clock: when the last of its events came. */
  readonly lastCameMs: number;
  readonly title: string;
  readonly message?: string;
  readonly samples: readonly AlertSample[];
  readonly acknowledgedBy?: { readonly id: string; readonly name?: string };
  readonly suppressedBy?: Alert['suppressedBy'];
  /** When what suppresses it may end. */
  readonly lookMs?: number;
  /** Of the last notice. */
  readonly toldCount: number;
  readonly toldMs: number;
  /** When people were last woken: by its firing or a repetition. */
  readonly wokenMs: number;
  /** Destinations that have been told of it: they are told of its end. */
  readonly told: readonly string[];
  readonly steps: readonly AlertStep[];
  /** Of a condition of the system itself: what it is called, and the destination that cannot tell of it. */
  readonly pipeline?: PipelineFacts;
}

export interface PipelineFacts {
  readonly name: string;
  readonly severity: Alert['severity'];
  readonly runbookUrl?: string;
  readonly notThrough?: string;
}

export interface GroupState {
  /** Of the rule by which it was counted: a changed rule counts afresh. */
  readonly fingerprint: string;
  readonly group: Readonly<Record<string, string>>;
  /** Events not after it are of alerts that are over, and count no more. */
  readonly closedMs: number;
  /** Events before it come too late to be counted. */
  readonly horizonMs: number;
  readonly newestMs: number;
  /** By the clock, where the absence of events is the alert: when the last one came, or a person ended the alert. */
  readonly cameMs?: number;
  /** Until then a condition of the system itself that a person ended does not fire again, unless it was well meanwhile. */
  readonly restUntilMs?: number;
  readonly recent: readonly Seen[];
  readonly open?: OpenAlert;
  /** Notices that are not known to be on the bus. */
  readonly outbox: readonly Alert[];
  /** When the clock has something to do here, as the store knows it. */
  readonly dueMs?: number;
}

export function newGroup(fingerprint: string, group: Readonly<Record<string, string>>): GroupState {
  return { fingerprint, group, closedMs: -1, horizonMs: -1, newestMs: -1, recent: [], outbox: [] };
}

export function encodeGroup({ recent, ...state }: GroupState): string {
  return JSON.stringify({ ...state, recent: encodeRecent(recent) });
}

export function decodeGroup(text: string): GroupState {
  const { recent, ...state } = JSON.parse(text) as Omit<GroupState, 'recent'> & { readonly recent: string };
  return { ...state, recent: decodeRecent(recent) };
}
