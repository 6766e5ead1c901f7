/** Progress of long work, on stderr, where a person is looking. */

export interface ProgressBar {
  to(done: number): void;
  end(): void;
}

export interface ProgressBarOptions {
  readonly stream?: NodeJS.WriteStream;
  /** Tells how fast it goes and how long it will take, and where no person looks (a log) a line now and then. */
  readonly paced?: boolean;
  readonly now?: () => number;
}

const WIDTH = 30;
const DRAW_EVERY_MS = 80;
const LINE_EVERY_MS = 5_000;

export function progressBar(
  total: number | undefined,
  what: string,
  { stream = process.stderr, paced = false, now = Date.now }: ProgressBarOptions = {},
): ProgressBar {
  const { isTTY } = stream;
  if (!isTTY && !paced) return { to: () => {}, end: () => {} };
  const beganMs = now();
  let drawnMs = 0;
  return {
    to(done) {
      if (now() - drawnMs < (isTTY ? DRAW_EVERY_MS : LINE_EVERY_MS) && done !== total) return;
      drawnMs = now();
      const counts = `${done.toLocaleString('en')}${total ? ` of ${total.toLocaleString('en')}` : ''} ${what}`;
      const pace = paced ? paceOf(done, total, now() - beganMs) : '';
      stream.write(isTTY ? `\r\u001b[K${bar(done, total)}${counts}${pace}` : `${counts}${pace}\n`);
    },
    end: () => void (isTTY && stream.write('\r\u001b[K')),
  };
}

function bar(done: number, total: number | undefined): string {
  if (!total) return '';
  const share = Math.min(1, done / total);
  return `[${'█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')}] ${Math.floor(share * 100)} %  `;
}

function paceOf(done: number, total: number | undefined, elapsedMs: number): string {
  if (done === 0 || elapsedMs < 1_000) return '';
  const perSecond = (done * 1_000) / elapsedMs;
  const left = total && total > done ? `, ${inTime(((total - done) * 1_000) / perSecond)} left` : '';
  return `, ${perSecond < 10 ? perSecond.toFixed(1) : Math.round(perSecond)}/s${left}`;
}

/** As a person says it: `40 s`, `3 min 20 s`, `2 h 5 min`. */
export function inTime(ms: number): string {
  const seconds = Math.round(ms / 1_000);
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  return minutes < 60
    ? `${minutes} min ${seconds % 60} s`
    : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
