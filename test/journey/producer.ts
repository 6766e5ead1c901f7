/** A producer as promises 1 and 2 know it: sends until it is told that all is safe, the same ids again if in doubt. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Random } from './random.ts';

export interface Sent {
  /** Requests that had to be made again because the answer did not come, or was no. */
  readonly retries: number;
  /** Requests made again although all was well. */
  readonly repeats: number;
  /** Events that the server will never take: there must be none, the corpus is valid. */
  readonly refused: readonly string[];
}

export interface ProducerOptions {
  readonly url: string;
  readonly random: Random;
  /** Share of batches that are sent again although they were taken. */
  readonly repeatShare: number;
  /** Called when a request is on its way; the server may be killed under it. */
  readonly onRequest?: (sentEvents: number) => void;
  /** Pause between batches, ms. */
  readonly pauseMs?: number;
}

const GIVE_UP_MS = 60_000;
const PUT_EVENTS_ENTRIES = 10;

export async function produce(events: readonly AuditEvent[], options: ProducerOptions): Promise<Sent> {
  const { url, random, repeatShare, onRequest = () => {}, pauseMs = 0 } = options;
  let retries = 0;
  let repeats = 0;
  const refused: string[] = [];
  let next = 0;
  const lanes = Array.from({ length: 4 }, async () => {
    while (next < events.length) {
      const size = 1 + Math.floor(random() * PUT_EVENTS_ENTRIES);
      const batch = events.slice(next, next + size);
      next += batch.length;
      const send = random() < 0.7 ? putEvents : postEvents;
      retries += await sendUntilTaken(batch, send);
      if (random() < repeatShare) {
        repeats++;
        await sendUntilTaken(batch, send);
      }
      if (pauseMs > 0) await new Promise((resolve) => setTimeout(resolve, random() * 2 * pauseMs));
    }
  });
  await Promise.all(lanes);
  return { retries, repeats, refused };

  async function sendUntilTaken(batch: readonly AuditEvent[], send: Send): Promise<number> {
    const deadline = Date.now() + GIVE_UP_MS;
    let left = batch;
    for (let tries = 0; ; tries++) {
      const answer = send(url, left, (id, why) => refused.push(`${id}: ${why}`));
      onRequest(next);
      left = await answer.catch(() => left);
      if (left.length === 0) return tries;
      if (Date.now() > deadline) throw new Error(`${left.length} events were not taken for ${GIVE_UP_MS} ms`);
      await new Promise((resolve) => setTimeout(resolve, 20 + random() * 80));
    }
  }
}

/** Answers the events to send again. Throws when nothing is known; tells of those that were refused for good. */
type Send = (
  url: string,
  batch: readonly AuditEvent[],
  refused: (id: string, why: string) => void,
) => Promise<readonly AuditEvent[]>;

export const putEvents: Send = async (url, batch, refused) => {
  const answer = await fetch(`${url}/`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSEvents.PutEvents' },
    body: JSON.stringify({ Entries: batch.map(entryOf) }),
    signal: AbortSignal.timeout(10_000),
  });
  if (!answer.ok) throw new Error(`PutEvents answered ${answer.status}`);
  const { Entries } = (await answer.json()) as { Entries: { ErrorCode?: string; ErrorMessage?: string }[] };
  return batch.filter((event, i) => {
    const { ErrorCode, ErrorMessage } = Entries[i] ?? {};
    if (ErrorCode !== undefined && ErrorCode !== 'InternalFailure')
      refused(event.id, `${ErrorCode} ${ErrorMessage}`);
    return ErrorCode === 'InternalFailure';
  });
};

export const postEvents: Send = async (url, batch, refused) => {
  const answer = await fetch(`${url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-ndjson' },
    body: batch.map((event) => JSON.stringify(event)).join('\n'),
    signal: AbortSignal.timeout(10_000),
  });
  const { results } = (await answer.json()) as { results?: { status: string; message?: string }[] };
  if (!results) throw new Error(`/events answered ${answer.status}`);
  return batch.filter((event, i) => {
    const { status, message } = results[i] ?? {};
    if (status === 'refused') refused(event.id, message ?? '');
    return status === 'unavailable';
  });
};

function entryOf(event: AuditEvent): object {
  return {
    Source: `audit.${event.source.service}`,
    DetailType: 'Audit Event',
    Detail: JSON.stringify(event),
  };
}
