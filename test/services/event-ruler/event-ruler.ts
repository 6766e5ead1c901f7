/** AWS's own matcher (event-ruler, Java) for tests and benches: fetched by Maven once, compiled once, run as a process. */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const cache = fileURLToPath(new URL('../.cache/event-ruler/', import.meta.url));
const sources = ['pom.xml', 'RulerCheck.java', 'Bench.java'];

/** The class path of the compiled programs, or why they cannot be had on this machine. */
export type EventRuler = { readonly classPath: string } | { readonly missing: string };

/** Fetches and compiles on first use (some 5 s), later only looks. */
export function eventRuler(): EventRuler {
  for (const tool of ['java', 'javac', 'mvn'])
    if (spawnSync(tool, ['-version'], { stdio: 'ignore' }).error !== undefined)
      return { missing: `${tool} is not installed` };
  const content = createHash('sha256');
  for (const source of sources) content.update(readFileSync(join(here, source)));
  const folder = join(cache, content.digest('hex').slice(0, 16));
  if (!existsSync(folder)) {
    const problem = build(folder);
    if (problem !== undefined) return { missing: problem };
  }
  return { classPath: [join(folder, 'out'), join(folder, 'lib', '*')].join(delimiter) };
}

/** Builds beside and moves into place, so that two test workers cannot see half a build. */
function build(folder: string): string | undefined {
  const work = `${folder}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    for (const source of sources) copyFileSync(join(here, source), join(work, source));
    const mvn = ['-q', '-B', 'dependency:copy-dependencies', `-DoutputDirectory=${join(work, 'lib')}`];
    const fetched = spawnSync('mvn', mvn, { cwd: work, encoding: 'utf8', timeout: 180_000 });
    if (fetched.status !== 0) return 'Maven could not fetch event-ruler';
    const javac = ['-nowarn', '-cp', join('lib', '*'), '-d', 'out', 'RulerCheck.java', 'Bench.java'];
    const compiled = spawnSync('javac', javac, { cwd: work, encoding: 'utf8', timeout: 180_000 });
    if (compiled.status !== 0) throw new Error(`javac: ${compiled.stderr}`);
    if (!existsSync(folder)) renameSync(work, folder);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** What event-ruler says of a pattern: the indexes of the events that match, or why it is no pattern. */
export type Answer = { readonly matches: readonly number[] } | { readonly error: string };

/** Asks about groups of JSON texts: every pattern of a group against all events of it. */
export async function askEventRuler(
  classPath: string,
  groups: readonly { readonly patterns: readonly string[]; readonly events: readonly string[] }[],
): Promise<Answer[][]> {
  const java = spawn('java', ['-Xmx512m', '-XX:TieredStopAtLevel=1', '-cp', classPath, 'RulerCheck'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const chunks: Buffer[] = [];
  java.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise<number | null>((resolve, reject) => {
    java.on('close', resolve);
    java.on('error', reject);
  });
  for (const { patterns, events } of groups) {
    java.stdin.write(`${JSON.stringify({ events })}\n`);
    for (const pattern of patterns) java.stdin.write(`${JSON.stringify({ pattern })}\n`);
  }
  java.stdin.end();
  const code = await ended;
  if (code !== 0) throw new Error(`event-ruler ended with ${code}`);
  const lines = Buffer.concat(chunks).toString('utf8').trimEnd().split('\n');
  let next = 0;
  return groups.map(({ patterns }) => patterns.map(() => JSON.parse(lines[next++] as string) as Answer));
}
