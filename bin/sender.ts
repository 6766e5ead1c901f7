/** How a command sends events: through the door of a home on one machine. */
import { reach } from './access.ts';

export interface SendResult {
  readonly id?: string;
  readonly status: string;
  readonly code?: string;
  readonly message?: string;
}

export interface Sender {
  /** For messages to people. */
  readonly where: string;
  /** Events in one call. */
  readonly batch: number;
  /** One event as JSON a line; one result a line, in order. Throws when nothing could be sent. */
  send(lines: readonly string[]): Promise<readonly SendResult[]>;
}

const BATCH = 100;
const TRIES = 6;

/** Sends the same again while the disk does not take it: duplicates are harmless. */
export function doorOf(home: string, key: string | undefined): Sender {
  const url = new URL('/events', home);
  const headers = {
    'content-type': 'application/x-ndjson',
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
  };
  return { where: url.origin, batch: BATCH, send };

  async function send(lines: readonly string[]): Promise<readonly SendResult[]> {
    for (let attempt = 1; ; attempt++) {
      const response = await reach(url, {
        method: 'POST',
        headers,
        body: lines.map((line) => `${line}\n`).join(''),
      });
      const answer = (await response.json().catch(() => ({}))) as {
        results?: readonly SendResult[];
        message?: string;
      };
      if (response.status !== 503 && answer.results) return answer.results;
      if (response.status !== 503 && response.status !== 429)
        throw new Error(`${url.origin} answered ${response.status}: ${answer.message ?? 'no reason given'}`);
      if (attempt === TRIES)
        throw new Error(
          `${url.origin} does not take events now: ${answer.message ?? 'the disk does not keep them'}; send the same again later`,
        );
      const askedMs = Number(response.headers.get('retry-after') ?? 0) * 1000;
      await new Promise((resolve) => setTimeout(resolve, askedMs + Math.random() * 500 * 2 ** attempt));
    }
  }
}
