/** What an HTTP exchange carried: sizes always, kept response headers, and bodies where the service asks for them. */
import type { Http } from '../domain/event/audit-event.ts';
import { cutText } from '../domain/event/clean-text.ts';
import { redactJson } from './redact/json.ts';
import { redactText } from './redact/text.ts';
import { isStream } from './streamed.ts';

/** Of one body, unless the service says otherwise. */
export const DEFAULT_BODY_BYTES = 16 * 1_024;

export interface BodyOptions {
  readonly request: boolean;
  readonly response: boolean;
  /** Of one body, as text. */
  readonly maxBytes: number;
  /** Lower-case names of headers that are kept. */
  readonly headers: ReadonlySet<string>;
}

export interface Exchange {
  readonly http: Http;
  readonly redactedPaths: readonly string[];
  readonly truncatedPaths: readonly string[];
}

/** The side of an exchange that is read, of API Gateway's and the load balancer's events and responses alike. */
interface Side {
  readonly body?: unknown;
  readonly isBase64Encoded?: unknown;
  readonly headers?: unknown;
  /** Of the whole body, where `body` is only its beginning. */
  readonly bytes?: number;
}

/** `http` with what event and response add to it. */
export function withBodies(http: Http, event: unknown, response: unknown, options: BodyOptions): Exchange {
  const redactedPaths: string[] = [];
  const truncatedPaths: string[] = [];
  const asked = sideOf(event);
  const answered = sideOf(response);
  const body = (side: Side, name: 'request' | 'response') => {
    const at = `http.${name}.body`;
    const read = options[name] ? tried(side, options.maxBytes) : undefined;
    if (read === undefined) return {};
    if (read.isRedacted) redactedPaths.push(at);
    if (read.isCut) truncatedPaths.push(at);
    return { body: read.body };
  };
  const requestBytes = bytesOf(asked);
  const responseBytes = bytesOf(answered);
  const headers = keptHeaders(answered, options.headers);
  const answer = { ...(headers && { headers }), ...body(answered, 'response') };
  return {
    http: {
      ...http,
      ...(requestBytes !== undefined && { requestBytes }),
      ...(responseBytes !== undefined && { responseBytes }),
      request: { ...http.request, ...body(asked, 'request') },
      ...(Object.keys(answer).length > 0 && { response: answer }),
    },
    redactedPaths,
    truncatedPaths,
  };
}

interface Read {
  readonly body: unknown;
  readonly isRedacted?: boolean;
  readonly isCut?: boolean;
}

/** A body that cannot be read costs itself alone. */
function tried(side: Side, maxBytes: number): Read | undefined {
  try {
    return readBody(side, maxBytes);
  } catch {
    return { body: '[unreadable]' };
  }
}

function readBody(side: Side, maxBytes: number): Read | undefined {
  const { body } = side;
  if (body === undefined || body === null || body === '') return;
  // Another middleware has parsed it already.
  if (typeof body === 'object' && !(body instanceof Uint8Array))
    return isStream(body) ? undefined : data(plain(body), maxBytes);
  const type = contentType(side);
  const isText = TEXT.test(type);
  if (typeof body !== 'string' || (side.isBase64Encoded === true && !isText) || type.startsWith('multipart/'))
    return { body: `[${type || 'binary'}, ${bytesOf(side)} bytes]` };
  const text = side.isBase64Encoded === true ? Buffer.from(body, 'base64').toString() : body;
  if (type.startsWith('application/x-www-form-urlencoded'))
    return data(Object.fromEntries(new URLSearchParams(text.slice(0, MAX_PARSED))), maxBytes);
  if (/^\s*[{[]/.test(text) && text.length <= MAX_PARSED) {
    try {
      return data(JSON.parse(text), maxBytes);
    } catch {
      // It only looked like JSON.
    }
  }
  const isCut = text.length > maxBytes * 2 || (side.bytes ?? 0) > text.length;
  return cutToFit(redactText(text.slice(0, maxBytes * 2)), maxBytes, isCut);
}

/** Data is redacted with the whole record; what is too long is kept as the beginning of its JSON, redacted here. */
function data(value: unknown, maxBytes: number): Read {
  const text = JSON.stringify(value);
  if (text.length * 3 <= maxBytes || Buffer.byteLength(text) <= maxBytes) return { body: value };
  let masked = false;
  const note = () => {
    masked = true;
  };
  return cutToFit({ text: JSON.stringify(redactJson(value, [], note, true)), masked }, maxBytes, true);
}

function cutToFit(
  { text, masked }: { text: string; masked: boolean },
  maxBytes: number,
  isCut: boolean,
): Read {
  let kept = cutText(text, maxBytes);
  while (Buffer.byteLength(kept) > maxBytes) kept = cutText(kept, Math.floor(kept.length * 0.8));
  return { body: kept, isRedacted: masked, isCut: isCut || kept.length < text.length };
}

/** Dates and the like become what JSON makes of them. */
function plain(body: object): unknown {
  return JSON.parse(JSON.stringify(body));
}

function sideOf(value: unknown): Side {
  return typeof value === 'object' && value !== null ? value : {};
}

function bytesOf({ body, isBase64Encoded, bytes }: Side): number | undefined {
  if (bytes !== undefined) return bytes;
  if (body instanceof Uint8Array) return body.byteLength;
  if (typeof body !== 'string') return;
  return Buffer.byteLength(body, isBase64Encoded === true ? 'base64' : 'utf8');
}

const TEXT =
  /^(?:text\/|application\/(?:[\w.+-]*json|[\w.+-]*xml|x-www-form-urlencoded|javascript|graphql|x-ndjson))/;
/** Longer ones are not parsed: their time is the caller's. */
const MAX_PARSED = 256 * 1_024;

function contentType({ headers }: Side): string {
  for (const [name, value] of entriesOf(headers))
    if (name.toLowerCase() === 'content-type' && typeof value === 'string') return value.toLowerCase();
  return '';
}

function keptHeaders({ headers }: Side, kept: ReadonlySet<string>): Record<string, string> | undefined {
  const chosen: [string, string][] = [];
  for (const [name, value] of entriesOf(headers)) {
    const key = name.toLowerCase();
    if (kept.has(key) && ['string', 'number', 'boolean'].includes(typeof value))
      chosen.push([key, String(value)]);
  }
  return chosen.length > 0 ? Object.fromEntries(chosen) : undefined;
}

function entriesOf(headers: unknown): readonly [string, unknown][] {
  return typeof headers === 'object' && headers !== null ? Object.entries(headers) : [];
}
