/** Progress of long work, on stderr, where a person is looking. */

export interface ProgressBar {
  to(done: number): void;
  end(): void;
}

const WIDTH = 30;

export function progressBar(
  total: number | undefined,
  what: string,
  stream: NodeJS.WriteStream = process.stderr,
): ProgressBar {
  if (!stream.isTTY) return { to: () => {}, end: () => {} };
  let drawnMs = 0;
  return {
    to(done) {
      if (Date.now() - drawnMs < 80 && done !== total) return;
      drawnMs = Date.now();
      const share = total ? Math.min(1, done / total) : 0;
      const bar = total
        ? `[${'█'.repeat(Math.round(share * WIDTH)).padEnd(WIDTH, '░')}] ${Math.floor(share * 100)} %  `
        : '';
      stream.write(
        `\r\u001b[K${bar}${done.toLocaleString('en')}${total ? ` of ${total.toLocaleString('en')}` : ''} ${what}`,
      );
    },
    end: () => void stream.write('\r\u001b[K'),
  };
}
