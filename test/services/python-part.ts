/** A Python program for tests: installed once from PyPI into a folder of its own, kept beside the tests. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('./.cache/', import.meta.url));

/** The interpreter that has it, or why it cannot be had on this machine. Run modules with `-m`: the folder was moved. */
export type PythonPart = { readonly python: string } | { readonly missing: string };

export function pythonPart(name: string, version: string): PythonPart {
  const folder = join(CACHE, `${name}-${version}`);
  const problem = existsSync(folder) ? undefined : install(folder, `${name}==${version}`);
  return problem === undefined ? { python: join(folder, 'bin/python') } : { missing: problem };
}

/** Installs beside and moves into place, so that two test workers cannot see half of it. */
function install(folder: string, requirement: string): string | undefined {
  if (spawnSync('python3', ['-m', 'venv', '--help'], { stdio: 'ignore' }).status !== 0)
    return 'Python 3 with venv is not installed';
  const work = `${folder}.${process.pid}`;
  mkdirSync(dirname(work), { recursive: true });
  try {
    const made = spawnSync('python3', ['-m', 'venv', work], { encoding: 'utf8' });
    if (made.status !== 0) return `no virtual environment: ${lastLine(made.stderr)}`;
    const pip = ['-m', 'pip', 'install', '-q', '--disable-pip-version-check', requirement];
    const installed = spawnSync(join(work, 'bin/python'), pip, { encoding: 'utf8', timeout: 180_000 });
    if (installed.status !== 0) return `pip could not install ${requirement}: ${lastLine(installed.stderr)}`;
    if (!existsSync(folder)) renameSync(work, folder);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function lastLine(text: string): string {
  return text.trimEnd().split('\n').at(-1) ?? '';
}
