/** `POST /events`: one event, an array, or NDJSON, for whoever has no AWS SDK. One result an event, in order. */
import { AUDIT_EVENT } from '../../domain/bus-event.ts';
import type { Door, DoorAnswer } from './door.ts';
import { jsonFault } from './json-fault.ts';
import type { Rights } from './producers.ts';

/** Events of one request; more are refused whole, so that nobody has to guess what was taken. */
export const MAX_EVENTS = 1000;

/** As much as PutEvents takes in four requests. */
export const MAX_EVENT_REQUEST_BYTES = 4 * 1024 * 1024;

export interface EventResult {
  readonly id?: string;
  readonly status: 'accepted' | 'duplicate' | 'refused' | 'unavailable';
  readonly code?: string;
  readonly message?: string;
  readonly issues?: readonly { readonly path: string; readonly message: string }[];
}

export interface EventsAnswer {
  /** 200: all taken. 207: some. 400: none. 503: the disk does not take them, send the same again. */
  readonly status: 200 | 207 | 400 | 413 | 503;
  readonly body:
    | { readonly accepted: number; readonly refused: number; readonly results: readonly EventResult[] }
    | { readonly message: string };
}

export async function postEvents(
  text: string,
  ndjson: boolean,
  door: Door,
  rights: Rights,
): Promise<EventsAnswer> {
  const read = ndjson ? readLines(text) : readJson(text);
  if (read.length === 0)
    return {
      status: 400,
      body: { message: 'no event in the body: send one event, an array of them, or one a line' },
    };
  if (read.length > MAX_EVENTS)
    return {
      status: 413,
      body: { message: `${read.length} events in one request: send at most ${MAX_EVENTS}` },
    };
  const good = read.filter((one) => 'event' in one);
  const answers = await door(
    good.map(({ event }) => ({ detailType: AUDIT_EVENT, detail: event })),
    rights,
  );
  let next = 0;
  const results = read.map(
    (one): EventResult =>
      'event' in one
        ? resultOf(answers[next++] as DoorAnswer)
        : { status: 'refused', code: 'MalformedJson', message: one.message },
  );
  const accepted = results.filter(({ status }) => status === 'accepted' || status === 'duplicate').length;
  const status = results.some((one) => one.status === 'unavailable')
    ? 503
    : accepted === results.length
      ? 200
      : accepted > 0
        ? 207
        : 400;
  return { status, body: { accepted, refused: results.length - accepted, results } };
}

type Read = { readonly event: unknown } | { readonly message: string };

function readJson(text: string): readonly Read[] {
  const read = parse(text);
  return 'event' in read && Array.isArray(read.event) ? read.event.map((event) => ({ event })) : [read];
}

function readLines(text: string): readonly Read[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parse);
}

function parse(text: string): Read {
  try {
    const event: unknown = JSON.parse(text);
    const fault = jsonFault(text);
    return fault === undefined ? { event } : { message: `this JSON cannot be taken: ${fault}` };
  } catch {
    return { message: 'this is not JSON' };
  }
}

function resultOf(answer: DoorAnswer): EventResult {
  const id = answer.id === undefined ? {} : { id: answer.id };
  if (answer.kind === 'refused') {
    return {
      ...id,
      status: 'refused',
      code: answer.code,
      message: answer.message,
      ...(answer.issues && { issues: answer.issues }),
    };
  }
  return answer.kind === 'unavailable'
    ? { ...id, status: 'unavailable', code: 'Unavailable', message: answer.message }
    : { ...id, status: answer.kind };
}
