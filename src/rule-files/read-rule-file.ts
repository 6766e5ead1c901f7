/** Reads one file of rules, YAML or JSON, as plain data: what is dangerous or ambiguous in YAML is refused, by line. */
import { readFileSync, statSync } from 'node:fs';
import type { RuleDocument } from '../domain/rules/rule-book.ts';
import { duplicateKeys, isTooDeep, type Parsed, parseYaml, TOO_DEEP } from './parse-yaml.ts';

export interface ReadRules {
  /** In the order of the files' names, and in a file as they stand. */
  readonly documents: readonly RuleDocument[];
  /** Each names file, line and column as far as there are any, and the remedy. */
  readonly faults: readonly string[];
}

/** YAML of this size is read in a second or two. */
const MAX_FILE_BYTES = 512 * 1_024;

/** `name` is the file's for people. Never throws. */
export function readRuleFile(path: string, name: string): ReadRules {
  const content = contentOf(path);
  if (content.kind === 'fault') return { documents: [], faults: [`${name}: ${content.reason}`] };
  const { values, faults } = parse(content.text, /\.json$/i.test(path));
  if (faults.length === 0) return { documents: values.map((value) => ({ file: name, value })), faults };
  return { documents: [], faults: faults.map((fault) => `${name}${fault}`) };
}

type Content =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'fault'; readonly reason: string };

function contentOf(path: string): Content {
  try {
    const found = statSync(path);
    // A pipe would never end.
    if (!found.isFile()) return { kind: 'fault', reason: 'is no file; write the rules into one' };
    if (found.size > MAX_FILE_BYTES)
      return {
        kind: 'fault',
        reason: `has ${found.size} bytes, and ${MAX_FILE_BYTES} are read at most; make several files of it`,
      };
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true }).decode(readFileSync(path)) };
  } catch (error) {
    const reason =
      (error as Error).name === 'TypeError'
        ? 'is not UTF-8 text; save it as that'
        : 'cannot be read; check the path and its permissions';
    return { kind: 'fault', reason };
  }
}

function parse(text: string, isJson: boolean): Parsed {
  try {
    return isJson ? parseJson(text) : parseYaml(text);
  } catch (error) {
    // The parser's own recursion.
    if ((error as Error).name !== 'RangeError') throw error;
    return { values: [], faults: [': is nested without end; flatten it'] };
  }
}

function parseJson(text: string): Parsed {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    const [, line, column] = /\(line (\d+) column (\d+)\)/.exec((error as Error).message) ?? [];
    const place = line === undefined ? ', at its end' : `, line ${line}, column ${column}`;
    return { values: [], faults: [`${place}: is not JSON; look for a missing quote or a comma too many`] };
  }
  const faults = isTooDeep(value) ? [`: ${TOO_DEEP}`] : duplicateKeys(text);
  return { values: [value], faults };
}
