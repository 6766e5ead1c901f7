/** The destinations of alerts in a configuration: a home's file, or the context of a CDK app. Their secrets are not needed.
 * Without one: those that rules and routes name. */
import { readFileSync } from 'node:fs';
import { isObject } from '../../src/domain/protocol/fields.ts';
import type { RuleBook } from '../../src/domain/rules/rule-book.ts';
import { readDestinations } from '../../src/sink/destination.ts';
import { UsageError } from '../command.ts';

/** By name. @throws UsageError with every fault of the destinations. */
export function alertDestinationsOf(file: string): readonly string[] {
  const value = parsed(file);
  const { context, ...own } = isObject(value) ? value : {};
  const inContext = isObject(context) ? context['audit-stream'] : undefined;
  const [settings, path] = isObject(inContext)
    ? [inContext, 'context.audit-stream.destinations']
    : [own as Readonly<Record<string, unknown>>, 'destinations'];
  if (settings.destinations === undefined) return [];
  const faults: string[] = [];
  const destinations = readDestinations(settings.destinations, path, faults);
  if (faults.length > 0) throw new UsageError(`${file}:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  return destinations.filter(({ sink }) => sink.takes === 'alerts').map(({ name }) => name);
}

export function namedChannels({ rules, policy }: RuleBook): readonly string[] {
  const named = [...rules, ...policy.routes].flatMap(({ channels = [] }) => channels);
  return [...new Set(named)].sort();
}

function parsed(file: string): unknown {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new UsageError(`${file}: cannot be read; check the path and its permissions`);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new UsageError(`${file}: is not JSON; look for a missing quote or a comma too many`);
  }
}
