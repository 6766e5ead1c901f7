/** Proof that the books find what is missing: one trail row is deleted behind the system's back. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { freshEvents } from './corpus.ts';
import { produce } from './producer.ts';
import { seededRandom } from './random.ts';
import { startServer } from './server-process.ts';

const EVENTS = 200;

/** Says what the doctor said; true when it found exactly the missing row by id, and nothing before. */
export async function proveDoctor(say: (line: string) => void = console.log): Promise<boolean> {
  const random = seededRandom(Date.now());
  const server = await startServer();
  try {
    const events = freshEvents(random).slice(0, EVENTS);
    await produce(events, { url: server.url, random, repeatShare: 0 });
    const before = await doctorUntil(server.url, ({ code }) => code === 0);
    say(`with every row in place the doctor exits with ${before.code}`);

    const victim = events[Math.floor(random() * events.length)]?.id ?? '';
    const deleted = deleteTrailRow(server.dataDir, victim);
    say(`deleted ${deleted} trail row, of event ${victim}`);
    const after = await doctorUntil(server.url, ({ code }) => code === 1);
    say(after.said);
    say(
      `the doctor exits with ${after.code} and ${after.said.includes(victim) ? 'names' : 'does NOT name'} the event`,
    );
    return before.code === 0 && deleted === 1 && after.code === 1 && after.said.includes(victim);
  } finally {
    await server.dispose();
  }
}

function deleteTrailRow(dataDir: string, id: string): number {
  const db = new DatabaseSync(join(dataDir, 'audit-stream.db'));
  try {
    db.exec('PRAGMA busy_timeout = 5000');
    return Number(db.prepare('DELETE FROM trail WHERE event_id = ?').run(id).changes);
  } finally {
    db.close();
  }
}

interface Said {
  readonly code: number | null;
  readonly said: string;
}

/** The queues take a moment to run empty: asks until the answer is as wanted, or half a minute has passed. */
async function doctorUntil(url: string, isWanted: (answer: Said) => boolean): Promise<Said> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const answer = await doctor(url);
    if (isWanted(answer) || Date.now() > deadline) return answer;
  }
}

async function doctor(url: string): Promise<Said> {
  const cli = new URL('../../bin/cli.ts', import.meta.url).pathname;
  const child = spawn(process.execPath, [cli, 'doctor', '--url', url], { stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, said };
}
