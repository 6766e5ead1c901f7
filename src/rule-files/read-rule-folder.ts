/** Reads a folder of rule files for the CLI, the home on one machine and the CDK app; Lambdas get what it read as JSON. */
import { type Dirent, readdirSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, sep } from 'node:path';
import { type ReadRules, readRuleFile } from './read-rule-file.ts';

/** More than these are no rules of one team. */
const MAX_FILES = 2_000;

/** All `*.yaml`, `*.yml` and `*.json` under a folder, or one file. Names that begin with a dot and JSON Schemas
 * (`*.schema.json`) are passed over. Never throws. */
export function readRuleFolder(dir: string): ReadRules {
  const faults: string[] = [];
  const files = filesOf(dir, faults);
  if (files.length > MAX_FILES)
    return {
      documents: [],
      faults: [`${dir}: has ${files.length} files of rules; at most ${MAX_FILES} are read`],
    };
  const root = files.length === 1 && files[0] === dir ? dirname(dir) : dir;
  const documents = files.flatMap((file) => {
    const name = relative(root, file).split(sep).join('/');
    const read = readRuleFile(file, name);
    faults.push(...read.faults);
    return read.documents;
  });
  return { documents, faults };
}

function filesOf(dir: string, faults: string[]): readonly string[] {
  try {
    if (statSync(dir).isFile()) return [dir];
  } catch {
    faults.push(`${dir}: is not there, or cannot be read; check the path and its permissions`);
    return [];
  }
  return under(dir, faults);
}

function under(folder: string, faults: string[]): readonly string[] {
  let entries: readonly Dirent[];
  try {
    entries = readdirSync(folder, { withFileTypes: true });
  } catch {
    faults.push(`${folder}: cannot be read; check its permissions`);
    return [];
  }
  return entries
    .filter(({ name }) => !name.startsWith('.'))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return under(path, faults);
      return isRuleFile(path, entry) ? [path] : [];
    });
}

/** Links to files are followed (mounted configuration is made of them); links to folders are not: they may go in circles. */
function isRuleFile(path: string, entry: Dirent): boolean {
  if (!/\.(ya?ml|json)$/i.test(entry.name) || basename(path).endsWith('.schema.json')) return false;
  if (entry.isFile()) return true;
  // A link that leads nowhere is a fault of reading.
  return entry.isSymbolicLink() && statSync(path, { throwIfNoEntry: false })?.isDirectory() !== true;
}
