/** Finds the rules that the commands of `rules` work with: those of the user, else the starter set of the package. */
import { existsSync, statSync } from 'node:fs';
import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ParsedRules, parseRules } from '../../src/domain/rules/parse-rules.ts';
import { readRuleFolder } from '../../src/rule-files/read-rule-folder.ts';

export const DIR_HELP = `  DIR                    a folder of rule files, or one file (default ./rules, else the starter set that comes
                         with this package)`;

export interface FoundRules extends ParsedRules {
  /** As the user knows it. */
  readonly dir: string;
}

/** All faults are there, those of files first. */
export function readRules(dir: string | undefined, cwd = process.cwd()): FoundRules {
  const found = dir ?? (isFolder(`${cwd}/rules`) ? `${cwd}/rules` : starterSet());
  const read = readRuleFolder(found);
  const parsed = parseRules(read.documents);
  const faults = [...read.faults, ...parsed.faults];
  if (faults.length === 0 && parsed.book.rules.length === 0)
    faults.push(`${shown(found, cwd)}: has no rules; check the path`);
  return { dir: dir ?? shown(found, cwd), book: parsed.book, faults };
}

function shown(dir: string, cwd: string): string {
  const near = relative(cwd, dir);
  return near.startsWith('..') ? dir : `./${near}`;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** From the source tree or from `dist`, one folder further down. */
function starterSet(): string {
  const [here, packed] = ['../../rules/starter', '../../../rules/starter'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  ) as [string, string];
  return existsSync(here) ? here : packed;
}
