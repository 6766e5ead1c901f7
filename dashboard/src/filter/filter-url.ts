/** The filter in the address, so that a view can be shared. */
import { OUTCOMES, SEVERITIES } from '../../../src/domain/event/audit-event.ts';
import { type Choice, type FilterState, NO_FILTER } from './filter-state.ts';

const TEXTS = ['action', 'actor', 'target', 'pattern'] as const;

export function toQuery(state: FilterState): URLSearchParams {
  const query = new URLSearchParams();
  if (state.severities.length > 0) query.set('severity', state.severities.join(','));
  if (state.outcomes.length > 0) query.set('outcome', state.outcomes.join(','));
  for (const name of TEXTS) if (state[name].trim()) query.set(name, state[name].trim());
  for (const { path, value, not } of state.choices)
    query.append(not ? 'not' : 'only', `${path}:${JSON.stringify(value)}`);
  return query;
}

/** What cannot be read is left out: an old or edited link still shows what it can. */
export function fromQuery(query: URLSearchParams): FilterState {
  const list = (name: string) => (query.get(name) ?? '').split(',');
  const texts = Object.fromEntries(TEXTS.map((name) => [name, query.get(name) ?? '']));
  return {
    ...NO_FILTER,
    ...texts,
    severities: SEVERITIES.filter((severity) => list('severity').includes(severity)),
    outcomes: OUTCOMES.filter((outcome) => list('outcome').includes(outcome)),
    choices: [...query].flatMap(([name, text]) =>
      name === 'only' || name === 'not' ? choiceOf(text, name === 'not') : [],
    ),
  };
}

function choiceOf(text: string, not: boolean): Choice[] {
  const colon = text.indexOf(':');
  try {
    const value: unknown = JSON.parse(text.slice(colon + 1));
    const usable = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    return colon > 0 && usable ? [{ path: text.slice(0, colon), value, not }] : [];
  } catch {
    return [];
  }
}
