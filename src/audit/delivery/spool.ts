/** Keeps records that are still to be sent outside of the process: what a killed process leaves the next one takes over.
 * Lambda keeps `/tmp` when it resets an environment, and loses it with the host.
 * https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtime-environment.html#runtimes-lifecycle-invoke-with-errors */
import {
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';

export interface Spool {
  /** The line survives the process when this returns. Throws where the disk refuses. */
  add(line: string): void;
  /** So many of the added lines are safe elsewhere; with the last of them the file is emptied. */
  done(count: number): void;
}

/** `owner` begins with the process's id, and no other process ever has the same. */
export function openSpool(folder: string, owner = OWNER): Spool {
  let file: number | undefined;
  let waiting = 0;
  const open = () => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return openSync(join(folder, `${owner}${SUFFIX}`), 'a', 0o600);
  };
  return {
    add(line) {
      file ??= open();
      writeSync(file, line);
      waiting++;
    },
    done(count) {
      waiting -= count;
      if (waiting === 0 && file !== undefined) ftruncateSync(file);
    },
  };
}

/** Hands what dead processes left to `take`, and removes it then. A process that died in between leaves it once more:
 * the same records, by their ids. */
export function leftovers(
  folder: string,
  take: (lines: string) => void,
  isDead: (pid: number) => boolean,
): void {
  for (const name of filesIn(folder)) {
    if (!isDead(Number.parseInt(name, 10))) continue;
    const path = join(folder, name);
    const lines = readFileSync(path, 'utf8').split('\n').filter(isWhole);
    if (lines.length > 0) take(`${lines.join('\n')}\n`);
    unlinkSync(path);
  }
}

const SUFFIX = '.ndjson';
const OWNER = `${process.pid}-${Math.floor(performance.timeOrigin)}`;

function filesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith(SUFFIX));
  } catch {
    return []; // nothing was ever spooled here
  }
}

/** The disk may have been full in the middle of a line. */
function isWhole(line: string): boolean {
  try {
    return line !== '' && JSON.parse(line) !== null;
  } catch {
    return false;
  }
}
