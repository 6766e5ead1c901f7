/** A work of the command `rules`: one file each, one line in `bin/commands/rules.ts`. */
export interface Work {
  /** After `audit-stream rules`: `test [DIR] [--json]`. */
  readonly usage: string;
  /** What it does, in lines of at most 105 characters. */
  readonly about: string;
  /** Its own options, as the help shows them. */
  readonly options?: string;
  /** After `audit-stream rules`. */
  readonly examples: readonly string[];
  /** Returns the exit code. */
  run(args: readonly string[]): Promise<number>;
}
