/** What is kept of an alert after it is over: its latest notice, and how it came to that. */
import type { Alert, AlertChange } from './alert.ts';

export interface AlertStep {
  readonly sequence: number;
  readonly change: AlertChange;
  readonly occurredAt: string;
  readonly count: number;
  /** Where it was sent. */
  readonly channels: readonly string[];
  /** Who did it, where a person did. */
  readonly by?: { readonly id: string; readonly name?: string };
  readonly suppressedBy?: Alert['suppressedBy'];
}

export interface AlertRecord {
  readonly alert: Alert;
  /** Oldest first; of a long life those in the middle are left out. */
  readonly steps: readonly AlertStep[];
}

/** As the stream answers it: of what is too large for a frame, parts are cut or left out. */
export interface ShownRecord extends AlertRecord {
  /** Which parts. */
  readonly trimmed?: readonly string[];
}

/** How many steps are kept. */
export const MAX_STEPS = 40;
/** How long a record is kept after its last change. */
export const KEEP_RECORDS_MS = 90 * 24 * 60 * 60 * 1_000;
