/** What the server answers to the work with dead letters. */
import type { LetterSummary } from '../../../src/domain/dead-letters/dead-letter.ts';
import type { LetterGroup } from '../../../src/domain/dead-letters/groups.ts';

export interface Listed {
  /** Of all letters that are selected; empty on later pages. */
  readonly groups: readonly LetterGroup[];
  readonly letters: readonly LetterSummary[];
  readonly next?: string;
  readonly scanned: number;
  /** All letters were looked at. */
  readonly isComplete: boolean;
  readonly remaining?: number;
}

export interface Counted {
  readonly reason: string;
  readonly count: number;
}

/** One step of a run. */
export interface Stepped {
  readonly run: string;
  readonly replayed?: number;
  readonly purged?: number;
  readonly skipped: readonly Counted[];
  readonly failed: readonly Counted[];
  readonly next?: string;
  readonly hidden?: number;
  readonly isComplete: boolean;
}
