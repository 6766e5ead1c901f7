/** All that a home knows of rules: what `parse-rules.ts` makes of a folder of files. */
import type { AlertPolicy } from './alert-policy.ts';
import type { Rule } from './rule.ts';

/** A file of rules or of policy, YAML or JSON, read but not checked: plain data, so that it can travel as JSON. */
export interface RuleDocument {
  /** As people know it, relative to the folder. */
  readonly file: string;
  readonly value: unknown;
}

export interface RuleBook {
  readonly rules: readonly Rule[];
  readonly policy: AlertPolicy;
}

export const NO_RULES: RuleBook = { rules: [], policy: { routes: [], inhibitions: [], maintenance: [] } };
