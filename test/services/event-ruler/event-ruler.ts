/** AWS's own matcher (event-ruler, Java) for tests and benches, run as a process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { type Fetched, mavenPart } from '../maven-part.ts';

/** The class path of the compiled programs, or why they cannot be had on this machine. */
export function eventRuler(): Fetched {
  return mavenPart({
    name: 'event-ruler',
    from: fileURLToPath(new URL('.', import.meta.url)),
    sources: ['RulerCheck.java', 'Bench.java'],
  });
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
