/** The filter language: EventBridge event patterns, one at a time and many at once. */
export { FilterError } from './filter-error.ts';
export { FilterIndex } from './filter-index.ts';
export { matches } from './matches.ts';
export { type Filter, parseFilter, parseFilterText } from './parse-filter.ts';
