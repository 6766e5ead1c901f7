/** Where a dry run takes past events from: a file, the archive of a home, or the trail of whatever answers. */
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { AuditEventError } from '../../src/domain/event/audit-event-error.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';
import { readArchive } from '../../src/local/store/read-archive.ts';
import type { Access } from '../access.ts';

export interface Taker {
  event(event: AuditEvent): void;
  /** What could not be taken, and where it stands: `line 12`. */
  fault(where: string, why: string): void;
}

/** Hands over all there is, in any order. Rejects in words. */
export type PastEvents = (taker: Taker) => Promise<void>;

export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** One event a line; `-` is what comes in by the pipe. */
export function ofFile(path: string, stdin: Readable = process.stdin): PastEvents {
  return async (taker) => {
    const input = path === '-' ? stdin : createReadStream(path);
    let number = 0;
    try {
      for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
        number++;
        if (line.trim() !== '') take(line, `line ${number}`, taker);
      }
    } catch (cause) {
      throw new Error(`${path} cannot be read: ${(cause as Error).message}`, { cause });
    }
  };
}

/** Of a home, stopped or not, by its data folder. */
export function ofArchive(dataDir: string, span: Span): PastEvents {
  return async (taker) => {
    let number = 0;
    for (const text of readArchive({ dataDir, ...span })) {
      take(text, `entry ${++number}`, taker);
      if (number % PAUSE_AFTER === 0) await new Promise((resolve) => setImmediate(resolve));
    }
  };
}

/** Of one tenant, from a running home or a deployment, as any viewer is given it. */
export function ofTrail({ streamUrl, getToken, tenant }: Access, span: Span, now = Date.now): PastEvents {
  return (taker) => {
    const client = new AuditStreamClient({
      ...{ url: streamUrl, getToken, order: 'trail' },
      ...(tenant !== undefined && { tenant }),
    });
    const whole: Promise<void>[] = [];
    const read = new Promise<void>((resolve, reject) => {
      client.on('event', ({ event, acceptedAtMs, trimmed }) => {
        if (acceptedAtMs < span.fromMs || acceptedAtMs >= span.toMs) return;
        if (!trimmed) taker.event(event);
        else whole.push(client.fetch(event.id).then(taker.event, () => taker.fault(event.id, 'is not kept')));
      });
      client.on('gap', ({ reason }) =>
        taker.fault(
          'the trail',
          reason === 'retention' ? 'does not go back so far' : 'has too much to be sure',
        ),
      );
      client.on('complete', ({ timeMs }) => {
        if (timeMs >= span.toMs) resolve();
      });
      client.on('status', (status) => {
        if (status.kind === 'closed' && status.code !== undefined) reject(new Error(status.reason));
      });
      client.connect();
      const seconds = Math.max(0, Math.ceil((now() - span.fromMs) / 1_000));
      client.subscribe('dry-run', {}, { after: { seconds } }).catch(reject);
    });
    return read.then(async () => void (await Promise.all(whole))).finally(() => client.close());
  };
}

function take(text: string, where: string, taker: Taker): void {
  let event: AuditEvent;
  try {
    event = parseAuditEvent(JSON.parse(text));
  } catch (error) {
    taker.fault(where, reasonOf(error));
    return;
  }
  taker.event(event);
}

/** Never a word of what stands there. */
function reasonOf(error: unknown): string {
  if (!(error instanceof AuditEventError)) return 'is no JSON';
  const [first, ...others] = error.issues;
  const more = others.length > 0 ? ` (and ${others.length} more)` : '';
  return first ? `${first.path} ${first.message}${more}`.trim() : error.message;
}

const PAUSE_AFTER = 1_000;
