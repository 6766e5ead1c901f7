/** Reads along with a response that is streamed: what goes through is counted, its beginning kept, nothing held back. */
import { pipeline, Readable, Transform } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';

/** What went through. */
export interface Streamed {
  readonly bytes: number;
  /** The beginning, of as many bytes as were asked for. */
  readonly text: string;
}

type Ended = (streamed: Streamed, error?: unknown) => void | Promise<void>;

/** The response with its stream replaced by one that is read along; nothing if it has none.
 * `ended` is called once: at the end, which waits for it, or when the stream fails or nobody reads on. */
export function readAlong(response: unknown, keepBytes: number, ended: Ended): unknown {
  if (isStream(response)) return along(response, keepBytes, ended);
  const { body } = (response ?? {}) as { body?: unknown };
  return isStream(body) ? { ...(response as object), body: along(body, keepBytes, ended) } : undefined;
}

export function isStream(value: unknown): value is Readable | ReadableStream {
  return value instanceof Readable || isWeb(value);
}

/** Not by its class: that would load all of web streams into services that have none. */
function isWeb(value: unknown): value is ReadableStream {
  return typeof (value as { pipeThrough?: unknown } | null | undefined)?.pipeThrough === 'function';
}

function along(body: Readable | ReadableStream, keepBytes: number, ended: Ended): Readable | ReadableStream {
  const kept: Buffer[] = [];
  let bytes = 0;
  let room = keepBytes;
  let isOver = false;
  const note = (chunk: unknown) => {
    const part =
      typeof chunk === 'string'
        ? Buffer.from(chunk)
        : chunk instanceof Uint8Array
          ? Buffer.from(chunk)
          : undefined;
    if (part === undefined) return;
    bytes += part.length;
    if (room > 0) kept.push(part.subarray(0, room));
    room -= part.length;
  };
  const over = (error?: unknown) => {
    if (isOver) return;
    isOver = true;
    return ended({ bytes, text: Buffer.concat(kept).toString() }, error);
  };
  return body instanceof Readable ? alongNode(body, note, over) : alongWeb(body, note, over);
}

function alongNode(
  body: Readable,
  note: (chunk: unknown) => void,
  over: (error?: unknown) => void | Promise<void>,
) {
  const through = new Transform({
    objectMode: body.readableObjectMode,
    transform(chunk, _encoding, done) {
      note(chunk);
      done(null, chunk);
    },
    async flush(done) {
      await over();
      done();
    },
  });
  return pipeline(body, through, (error) => {
    if (error) void over(error);
  });
}

function alongWeb(
  body: ReadableStream,
  note: (chunk: unknown) => void,
  over: (error?: unknown) => void | Promise<void>,
) {
  return body.pipeThrough(
    new globalThis.TransformStream({
      transform(chunk: unknown, controller: { enqueue(chunk: unknown): void }) {
        note(chunk);
        controller.enqueue(chunk);
      },
      flush: () => over(),
      // Called for a source that fails as well as for a reader who goes away.
      cancel: (reason: unknown) => over(reason),
    } as object) as never,
  ) as ReadableStream;
}
