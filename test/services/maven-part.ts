/** A Java program for tests: fetched by Maven once, compiled once if it has sources, kept beside the tests. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('./.cache/', import.meta.url));

export interface Part {
  /** Also the cache's folder. */
  readonly name: string;
  /** The folder of `pom.xml` and the sources. */
  readonly from: string;
  /** Java files to compile. */
  readonly sources?: readonly string[];
}

/** The folder of the jars and the class path, or why the part cannot be had on this machine. */
export type Fetched = { readonly libDir: string; readonly classPath: string } | { readonly missing: string };

/** Fetches and compiles on first use (some 5 s), later only looks. */
export function mavenPart({ name, from, sources = [] }: Part): Fetched {
  for (const tool of ['java', 'javac', 'mvn'])
    if (spawnSync(tool, ['-version'], { stdio: 'ignore' }).error !== undefined)
      return { missing: `${tool} is not installed` };
  const files = ['pom.xml', ...sources];
  const content = createHash('sha256');
  for (const file of files) content.update(readFileSync(join(from, file)));
  const folder = join(CACHE, name, content.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const problem = build(folder, { name, from, files, sources });
    if (problem !== undefined) return { missing: problem };
  }
  const libDir = join(folder, 'lib');
  return { libDir, classPath: [join(folder, 'out'), join(libDir, '*')].join(delimiter) };
}

interface Build {
  readonly name: string;
  readonly from: string;
  readonly files: readonly string[];
  readonly sources: readonly string[];
}

/** Builds beside and moves into place, so that two test workers cannot see half a build. */
function build(folder: string, { name, from, files, sources }: Build): string | undefined {
  const work = `${folder}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    for (const file of files) copyFileSync(join(from, file), join(work, file));
    const mvn = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'lib')}`];
    const fetched = spawnSync('mvn', mvn, { cwd: work, encoding: 'utf8', timeout: 180_000 });
    if (fetched.status !== 0) return `Maven could not fetch ${name}`;
    if (sources.length > 0) {
      const javac = ['-nowarn', '-cp', join('lib', '*'), '-d', 'out', ...sources];
      const compiled = spawnSync('javac', javac, { cwd: work, encoding: 'utf8', timeout: 180_000 });
      if (compiled.status !== 0) throw new Error(`javac: ${compiled.stderr}`);
    }
    if (!existsSync(folder)) renameSync(work, folder);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
