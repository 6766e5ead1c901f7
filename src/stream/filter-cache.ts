/** Keeps filters compiled between pulls: a heartbeat every few seconds must not parse its pattern each time. */
import { type Filter, parseFilter } from '../domain/filter/index.ts';

/** The compiled filter of a pattern that was accepted before, or undefined if it does not parse any more. */
export type CompiledFilter = (pattern: unknown) => Filter | undefined;

export function makeFilterCache(maxFilters = 5_000): CompiledFilter {
  const filters = new Map<string, Filter | undefined>();
  return (pattern) => {
    const key = JSON.stringify(pattern);
    const known = filters.get(key);
    if (known || filters.has(key)) return known;
    const [oldest] = filters.size >= maxFilters ? filters.keys() : [];
    if (oldest !== undefined) filters.delete(oldest);
    const filter = compile(pattern);
    filters.set(key, filter);
    return filter;
  };
}

function compile(pattern: unknown): Filter | undefined {
  try {
    return parseFilter(pattern);
  } catch {
    return undefined;
  }
}
