/** What the acts answer, as the command reads it. */
import type { DeadLetter, LetterSummary } from '../../src/domain/dead-letters/dead-letter.ts';
import type { LetterGroup } from '../../src/domain/dead-letters/groups.ts';

export interface Listed {
  readonly groups: readonly LetterGroup[];
  readonly letters: readonly LetterSummary[];
  readonly next?: string;
  readonly scanned: number;
  readonly remaining?: number;
  readonly isComplete: boolean;
}

export interface Counted {
  readonly reason: string;
  readonly count: number;
}

/** `replayed` or `purged` is the count of what was done. */
export interface Stepped {
  readonly run: string;
  readonly replayed?: number;
  readonly purged?: number;
  readonly skipped: readonly Counted[];
  readonly failed: readonly Counted[];
  readonly next?: string;
  readonly remaining?: number;
  readonly hidden?: number;
  readonly isComplete: boolean;
}

export type Shown = DeadLetter & {
  readonly trimmed?: { readonly bytes: number; readonly paths: readonly string[] };
};
