/** What `audit-stream rules lint` finds. An `error` is certain; a `warning` is what hardly anybody means. */

export interface Finding {
  readonly level: 'error' | 'warning';
  /** The rule's id. */
  readonly rule: string;
  readonly file?: string;
  /** Where in the rule: `pattern.outcome`. */
  readonly path: string;
  readonly problem: Problem;
  /** What is wrong and what to do, one line. */
  readonly message: string;
}

export type Problem =
  | 'never-matches'
  | 'always-matches'
  | 'dead-alternative'
  | 'dead-value'
  | 'never-fires'
  | 'unknown-path'
  | 'resolves-itself'
  | 'duplicate'
  | 'no-why'
  | 'untested';

/** What one check finds in one rule. */
export type Found = Omit<Finding, 'rule' | 'file'>;
