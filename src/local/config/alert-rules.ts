/** Reads the setting `alertRules`: the folder is read when the home starts, and must be right as a whole. */
import { resolve } from 'node:path';
import { checkChannels } from '../../domain/rules/check-channels.ts';
import { parseRules } from '../../domain/rules/parse-rules.ts';
import { readRuleFolder } from '../../rule-files/read-rule-folder.ts';
import type { HomeOptions } from '../home-options.ts';
import type { Read } from './reader.ts';

/** A folder of rule files; which destinations they may name is known once all of the file is read. */
export const alertRules: Read = (at, value, path) => {
  if (typeof value !== 'string' || value === '')
    return at.fault(path, 'must be a path of a folder of rule files, such as "./rules"', value);
  const read = readRuleFolder(resolve(at.dir, value));
  const { book, faults } = parseRules(read.documents);
  if (read.faults.length + faults.length === 0 && book.rules.length === 0)
    at.faults.push(`${path}: ${value} has no rules; check the path`);
  at.faults.push(...[...read.faults, ...faults].map((fault) => `${path}: ${fault}`));
  return book;
};

/** Rules and routes name destinations of alerts. */
export function checkRules({ alertRules, destinations = [] }: HomeOptions, faults: string[]): void {
  if (!alertRules) return;
  const names = destinations.filter(({ sink }) => sink.takes === 'alerts').map(({ name }) => name);
  faults.push(...checkChannels(alertRules, names).map((fault) => `alertRules: ${fault}`));
}
