/** Which options of a rule go with which kind. */
import type { RULE_KINDS } from '../alert/alert.ts';
import type { Reading } from '../event/reading.ts';
import { inside } from './field-kinds.ts';

export type RuleKind = (typeof RULE_KINDS)[number];

interface Option {
  readonly goesWith: readonly RuleKind[];
  readonly isRequired: boolean;
  readonly instead: string;
}

const COUNTED = ['threshold', 'distinct_values'] as const;
const HAPPENED = ['match', 'new_value', ...COUNTED] as const;

/** All others go with every kind. */
export const KIND_OPTIONS: Readonly<Record<string, Option>> = {
  count: { goesWith: COUNTED, isRequired: true, instead: 'for several events, write kind: threshold' },
  window: { goesWith: COUNTED, isRequired: true, instead: 'for events within a time, write kind: threshold' },
  field: {
    goesWith: ['distinct_values', 'new_value'],
    isRequired: true,
    instead: 'to tell events apart, write groupBy',
  },
  learning: { goesWith: ['new_value'], isRequired: false, instead: 'take it out' },
  after: {
    goesWith: ['silence'],
    isRequired: true,
    instead: 'for the end of an alert, write resolve: {after: …}',
  },
  resolve: {
    goesWith: HAPPENED,
    isRequired: false,
    instead: 'a silence ends with the next event; take it out',
  },
  merge: { goesWith: HAPPENED, isRequired: false, instead: 'take it out' },
};

/** Notes what the kind lacks and what it does not take. */
export function checkKindOptions(rule: Readonly<Record<string, unknown>>, kind: RuleKind, at: Reading): void {
  for (const [name, { goesWith, isRequired, instead }] of Object.entries(KIND_OPTIONS)) {
    const isThere = Object.hasOwn(rule, name) && rule[name] !== undefined;
    const goes = goesWith.includes(kind);
    if (isThere && !goes)
      inside(name, at, () =>
        at.note(`does not go with kind ${kind}, only with ${goesWith.join(', ')}; ${instead}`),
      );
    else if (!isThere && goes && isRequired)
      inside(name, at, () => at.note(`is required for kind ${kind}, got nothing; add it`));
  }
}
