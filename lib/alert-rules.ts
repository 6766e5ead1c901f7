/** The rules of a deployment, read and checked when it is synthesized: what is wrong stops it here, not at night. */

import { checkChannels } from '../src/domain/rules/check-channels.ts';
import { parseRules } from '../src/domain/rules/parse-rules.ts';
import type { RuleDocument } from '../src/domain/rules/rule-book.ts';
import { readRuleFolder } from '../src/rule-files/read-rule-folder.ts';
import type { Destination } from '../src/sink/destination.ts';

/** Destinations of alerts, by name. */
export function alertChannels(destinations: readonly Destination[]): readonly string[] {
  return destinations.filter(({ sink }) => sink.takes === 'alerts').map(({ name }) => name);
}

/** The documents of a folder, as they travel to the Lambdas; each fault is noted with file, rule and path. */
export function readAlertRules(
  folder: string,
  channels: readonly string[],
  path: string,
  faults: string[],
): readonly RuleDocument[] {
  const read = readRuleFolder(folder);
  const { book, faults: wrong } = parseRules(read.documents);
  const found = [...read.faults, ...wrong, ...checkChannels(book, channels)];
  if (found.length === 0 && book.rules.length === 0)
    found.push(`${folder}: has no rules; write one, or leave the setting out`);
  faults.push(...found.map((fault) => `${path}: ${fault}`));
  return read.documents;
}
