/** What is answered to the work with dead letters: what the command line and the page read. */
import type { DeadLetter, LetterSummary } from './dead-letter.ts';
import type { LetterGroup } from './groups.ts';

export interface Listed {
  /** Of all letters that are selected; empty on later pages. */
  readonly groups: readonly LetterGroup[];
  readonly letters: readonly LetterSummary[];
  readonly next?: string;
  readonly scanned: number;
  readonly remaining?: number;
  /** All letters were looked at. */
  readonly isComplete: boolean;
}

export interface Counted {
  readonly reason: string;
  readonly count: number;
}

/** One step of a run; `replayed` or `purged` is the count of what was done. */
export interface Stepped {
  readonly run: string;
  readonly replayed?: number;
  readonly purged?: number;
  readonly skipped: readonly Counted[];
  readonly failed: readonly Counted[];
  readonly next?: string;
  readonly remaining?: number;
  /** In other hands. */
  readonly hidden?: number;
  readonly isComplete: boolean;
}

export type Shown = DeadLetter & {
  readonly trimmed?: { readonly bytes: number; readonly paths: readonly string[] };
};
