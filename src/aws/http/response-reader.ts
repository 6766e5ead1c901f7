/** Reads the answers of one HTTP/1.1 connection, strictly: what could be read in two ways is refused, and the connection dropped. */

export interface HttpAnswer {
  readonly status: number;
  /** Status line and header lines as they came, in small letters. */
  readonly head: string;
  readonly body: Buffer;
  /** The peer closes after it. */
  readonly isLast: boolean;
}

export interface ResponseReader {
  /** Whether any byte of the answer has come. */
  readonly hasBegun: boolean;
  /** The answer once it is whole; `chunk` may be used again by the caller. Throws if it is not HTTP. */
  take(chunk: Buffer): HttpAnswer | undefined;
  /** The answer if the peer's end is what ends it. */
  end(): HttpAnswer | undefined;
}

export function makeResponseReader(): ResponseReader {
  let held = EMPTY;
  let head: Head | undefined;
  let body: Body | undefined;

  const finish = (bytes: Buffer): HttpAnswer => {
    const { status, text, isLast } = head as Head;
    held = EMPTY;
    head = body = undefined;
    return { status, head: text, body: bytes, isLast };
  };

  return {
    get hasBegun() {
      return held.length > 0 || head !== undefined;
    },
    take(chunk) {
      let rest = chunk;
      while (!head) {
        const bytes = held.length > 0 ? Buffer.concat([held, rest]) : rest;
        const end = bytes.indexOf(HEAD_END);
        if (end < 0 ? bytes.length > MAX_HEAD_BYTES : end > MAX_HEAD_BYTES)
          throw garbage('a head past 32 KB');
        if (end < 0) {
          held = Buffer.from(bytes);
          return undefined;
        }
        held = EMPTY;
        rest = bytes.subarray(end + HEAD_END.length);
        head = readHead(bytes.toString('latin1', 0, end));
        // An interim answer: the one that counts follows.
        if (head.status < 200) head = undefined;
        if (!head && rest.length === 0) return undefined;
      }
      body ??= bodyOf(head);
      const whole = body.take(rest);
      return whole && finish(whole);
    },
    end() {
      const whole = body?.end();
      return whole && finish(whole);
    },
  };
}

interface Head {
  readonly status: number;
  readonly text: string;
  readonly isLast: boolean;
  /** In bytes; undefined where the peer's end is the body's. */
  readonly length: number | 'chunked' | undefined;
}

function readHead(line: string): Head {
  const text = line.toLowerCase();
  const start = STATUS_LINE.exec(text);
  if (!start) throw garbage('no status line');
  if (LOOSE.test(text)) throw garbage('a header line that is none');
  const status = Number(start[2]);
  const coding = headerOf(text, 'transfer-encoding');
  const length = headerOf(text, 'content-length');
  const isLast = start[1] === '0' || headerOf(text, 'connection') === 'close';
  if (coding !== undefined) {
    if (coding !== 'chunked' || length !== undefined) throw garbage('a body of two lengths');
    return { status, text, isLast, length: 'chunked' };
  }
  if (status === 204 || status === 304 || status < 200) return { status, text, isLast, length: 0 };
  if (length === undefined) return { status, text, isLast: true, length: undefined };
  if (!LENGTH.test(length) || Number(length) > MAX_BODY_BYTES) throw garbage('a length that is none');
  return { status, text, isLast, length: Number(length) };
}

/** The value of a header in a head of small letters. Throws if it is there twice. */
export function headerOf(head: string, name: string): string | undefined {
  const line = `\r\n${name}:`;
  const at = head.indexOf(line);
  if (at < 0) return undefined;
  const from = at + line.length;
  if (head.indexOf(line, from) >= 0) throw garbage(`${name} twice`);
  const end = head.indexOf('\r\n', from);
  return (end < 0 ? head.slice(from) : head.slice(from, end)).trim();
}

interface Body {
  take(bytes: Buffer): Buffer | undefined;
  end(): Buffer | undefined;
}

function bodyOf({ length }: Head): Body {
  if (length === 'chunked') return chunkedBody();
  const parts: Buffer[] = [];
  let size = 0;
  return {
    take(bytes) {
      size += bytes.length;
      if (size > (length ?? MAX_BODY_BYTES)) throw garbage('more than was announced');
      // Copied: the caller reads the next bytes into the same memory.
      if (bytes.length > 0) parts.push(Buffer.from(bytes));
      return size === length ? joined(parts) : undefined;
    },
    end: () => (length === undefined ? joined(parts) : undefined),
  };
}

function chunkedBody(): Body {
  const parts: Buffer[] = [];
  let held = EMPTY;
  let size = 0;
  return {
    take(bytes) {
      held = Buffer.concat([held, bytes]);
      for (;;) {
        const lineEnd = held.indexOf('\r\n');
        if (lineEnd < 0 && held.length > MAX_CHUNK_LINE_BYTES) throw garbage('a chunk without a size');
        if (lineEnd < 0) return undefined;
        const chunk = CHUNK_SIZE.exec(held.toString('latin1', 0, lineEnd));
        if (!chunk) throw garbage('a chunk without a size');
        const length = Number.parseInt(chunk[1] as string, 16);
        const end = lineEnd + 2 + length;
        size += length;
        if (size > MAX_BODY_BYTES) throw garbage('a body past 32 MB');
        if (held.length < end + 2) {
          size -= length;
          return undefined;
        }
        // No service sends fields after a body; one that did could not be told from the next answer.
        if (held[end] !== CR || held[end + 1] !== LF) throw garbage('a chunk without its end');
        if (length === 0 && held.length > end + 2) throw garbage('more than was announced');
        if (length === 0) return joined(parts);
        parts.push(held.subarray(lineEnd + 2, end));
        held = held.subarray(end + 2);
      }
    },
    end: () => undefined,
  };
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 0 ? EMPTY : parts.length === 1 ? (parts[0] as Buffer) : Buffer.concat(parts);
}

function garbage(what: string): Error {
  return new Error(`the peer does not speak HTTP/1.1: ${what}`);
}

const EMPTY = Buffer.alloc(0);
const HEAD_END = Buffer.from('\r\n\r\n');
const CR = 13;
const LF = 10;
const STATUS_LINE = /^http\/1\.([01]) (\d{3})(?: |\r\n|$)/;
/** A line feed alone, a NUL, a folded line, a name with a blank before its colon. */
const LOOSE = /[^\r]\n|\0|\n[ \t]|\n[^:\r]*[ \t]:|\n[^:\r]*(?:\r|$)/;
const LENGTH = /^\d{1,9}$/;
const CHUNK_SIZE = /^([0-9a-f]{1,8})(?:;.*)?$/i;
const MAX_HEAD_BYTES = 32 * 1024;
const MAX_CHUNK_LINE_BYTES = 1_024;
/** DynamoDB's largest answers hold 16 MB of values. */
const MAX_BODY_BYTES = 32 * 1024 * 1024;
