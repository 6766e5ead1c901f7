/** Looks whether rules and routes name destinations that there are: only whoever knows the configuration can. */
import { nearestName } from './nearest-name.ts';
import type { RuleBook } from './rule-book.ts';

/** `destinations` are the names of those that take alerts. Each fault names the rule or route, and what there is. */
export function checkChannels(book: RuleBook, destinations: readonly string[]): readonly string[] {
  const known = new Set(destinations);
  const there =
    destinations.length === 0 ? 'there is none yet' : `there are ${[...destinations].sort().join(', ')}`;
  const faultsOf = (what: string, channels: readonly string[]) =>
    channels
      .filter((channel) => !known.has(channel))
      .map((channel) => {
        const near = nearestName(channel, destinations);
        const remedy = near === undefined ? there : `did you mean ${near}?`;
        return `${what}: channels names ${channel}, which is no destination of alerts; ${remedy}`;
      });
  return [
    ...book.rules.flatMap(({ id, file, channels = [] }) =>
      faultsOf(`${file === undefined ? '' : `${file}: `}rule ${id}`, channels),
    ),
    ...book.policy.routes.flatMap(({ name, channels }) => faultsOf(`route ${name}`, channels)),
  ];
}
