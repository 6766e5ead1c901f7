/** How large and how complex a filter may be, so that one viewer's filter cannot slow the others. */

/** Characters of the pattern as compact JSON. EventBridge: 2,048 by default, adjustable to 4,096.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
export const MAX_PATTERN_CHARACTERS = 4_096;

/** Objects and lists inside one another, the root included. */
export const MAX_PATTERN_DEPTH = 32;

/** Values and match expressions in all lists together. */
export const MAX_LEAVES = 512;

/** Combinations that all `$or` of the pattern make together.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-create-pattern-operators.html#eb-filtering-complex-example-or */
export const MAX_OR_COMBINATIONS = 1_000;

/** Conditions that the `$or` combinations hold together: 1,000 combinations of 200 fields would be a bomb. */
export const MAX_CONDITIONS = 20_000;

/** `*` in one wildcard. */
export const MAX_WILDCARDS = 16;
