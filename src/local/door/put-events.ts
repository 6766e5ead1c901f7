/** PutEvents as AWS answers it, so that any AWS SDK can be pointed at this home.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutEvents.html */
import type { Door, DoorAnswer, DoorEntry } from './door.ts';
import { jsonFault } from './json-fault.ts';
import type { Rights } from './producers.ts';

export interface AwsAnswer {
  readonly status: number;
  readonly body: unknown;
}

/** Entries of one request, and the bytes of all of them together.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html#eb-putevent-size */
export const MAX_ENTRIES = 10;
export const MAX_REQUEST_BYTES = 1024 * 1024;
const TIME_BYTES = 14;
const BUSES = /^(?:audit|default|arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/(?:audit|default))$/;

interface ResultEntry {
  EventId?: string;
  ErrorCode?: string;
  ErrorMessage?: string;
}

export async function putEvents(body: unknown, door: Door, rights: Rights): Promise<AwsAnswer> {
  const entries = isObject(body) ? body.Entries : undefined;
  if (!Array.isArray(entries) || entries.length < 1 || entries.length > MAX_ENTRIES) {
    return awsError(
      400,
      'ValidationException',
      `Value at 'entries' failed to satisfy constraint: Member must be a list of 1 to ${MAX_ENTRIES} entries`,
    );
  }
  const bytes = entries.reduce((sum: number, entry) => sum + entryBytes(entry), 0);
  if (bytes > MAX_REQUEST_BYTES) {
    return awsError(
      400,
      'ValidationException',
      `Total size of the entries in the request is over the limit: ${bytes} bytes of ${MAX_REQUEST_BYTES}`,
    );
  }
  const read = entries.map(readEntry);
  const good = read.filter((entry) => 'detailType' in entry);
  const answers = await door(good, rights);
  // The disk took nothing: a 5xx makes the SDKs send the same again by themselves.
  const down = answers.find(({ kind }) => kind === 'unavailable');
  if (
    down?.kind === 'unavailable' &&
    answers.every(({ kind }) => kind === 'unavailable' || kind === 'refused')
  )
    return awsError(503, 'InternalException', down.message);
  let next = 0;
  const results = read.map((entry) =>
    'detailType' in entry ? resultOf(answers[next++] as DoorAnswer) : entry,
  );
  return {
    status: 200,
    body: { FailedEntryCount: results.filter((entry) => entry.ErrorCode).length, Entries: results },
  };
}

export function awsError(status: number, type: string, message: string): AwsAnswer {
  return { status, body: { __type: type, message } };
}

function readEntry(entry: unknown): DoorEntry | ResultEntry {
  if (!isObject(entry)) return fault('InvalidArgument', 'The entry is not an object.');
  const { Source, DetailType, Detail, EventBusName, Time, Resources } = entry;
  for (const [name, value] of Object.entries({ Source, DetailType, Detail })) {
    if (typeof value !== 'string' || value === '')
      return fault(
        'InvalidArgument',
        `Parameter ${name} is not valid. Reason: ${name} is a required argument.`,
      );
  }
  if (EventBusName !== undefined && !(typeof EventBusName === 'string' && BUSES.test(EventBusName))) {
    return fault(
      'ResourceNotFoundException',
      'Event bus does not exist here; leave EventBusName out, or write "audit".',
    );
  }
  const time = timeOf(Time);
  if (time === 'invalid')
    return fault(
      'InvalidArgument',
      'Parameter Time is not valid. Reason: it must be a number of seconds since 1970.',
    );
  if (Resources !== undefined && !isStrings(Resources))
    return fault(
      'InvalidArgument',
      'Parameter Resources is not valid. Reason: it must be a list of strings.',
    );
  const detail = detailOf(Detail as string);
  if (typeof detail === 'string') return fault('MalformedDetail', `Detail is malformed: ${detail}.`);
  return {
    source: Source as string,
    detailType: DetailType as string,
    detail,
    ...(time !== undefined && { time }),
    ...(Resources !== undefined && { resources: Resources as string[] }),
  };
}

function resultOf(answer: DoorAnswer): ResultEntry {
  switch (answer.kind) {
    case 'accepted':
    case 'duplicate':
      return { EventId: answer.busId };
    case 'refused':
      return fault(answer.code, answer.message);
    case 'unavailable':
      // The SDKs' users resend what failed; this code is AWS's word for it.
      return fault('InternalFailure', answer.message);
  }
}

/** The object that `text` spells, or what is wrong with it. */
function detailOf(text: string): object | string {
  try {
    const detail: unknown = JSON.parse(text);
    return isObject(detail) ? (jsonFault(text) ?? detail) : 'it is not a JSON object';
  } catch {
    return 'it is not JSON';
  }
}

function timeOf(value: unknown): string | undefined | 'invalid' {
  if (value === undefined) return undefined;
  const ms =
    typeof value === 'number' ? value * 1000 : typeof value === 'string' ? Date.parse(value) : Number.NaN;
  return Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z') : 'invalid';
}

function entryBytes(entry: unknown): number {
  if (!isObject(entry)) return 0;
  const { Source, DetailType, Detail, Time, Resources } = entry;
  const texts = [Source, DetailType, Detail, ...(Array.isArray(Resources) ? Resources : [])];
  const bytes = texts.reduce(
    (sum: number, text) => sum + (typeof text === 'string' ? Buffer.byteLength(text) : 0),
    0,
  );
  return bytes + (Time === undefined ? 0 : TIME_BYTES);
}

const fault = (ErrorCode: string, ErrorMessage: string): ResultEntry => ({ ErrorCode, ErrorMessage });
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isStrings = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
