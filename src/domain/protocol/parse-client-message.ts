/** Turns what a viewer's socket sent into a message, or into the error that goes back: never throws. */
import { utf8Bytes } from './encode.ts';
import {
  after,
  anything,
  type Check,
  countFromOne,
  type Fault,
  firstFault,
  isObject,
  kindOf,
  MAX_NAME_CHARS,
  name,
  object,
  oneOf,
  optional,
  position,
  type Shape,
  token,
} from './fields.ts';
import { ACTS, type ClientMessage, MAX_MESSAGE_BYTES, type ServerError } from './messages.ts';
import { serverError } from './server-error.ts';

export type ParsedClientMessage =
  | { readonly ok: true; readonly message: ClientMessage }
  | { readonly ok: false; readonly error: ServerError };

/** The message that `raw` spells. A fault names its path, the kind of value found there and what would be right;
 * the error bears the message's `id` when that could be read. Unknown fields are faults: a misspelt `after` must not pass. */
export function parseClientMessage(raw: string): ParsedClientMessage {
  if (utf8Bytes(raw) > MAX_MESSAGE_BYTES)
    return refuse(
      serverError('too_large', `a message may have ${MAX_MESSAGE_BYTES} bytes; send a smaller filter`, {
        limit: MAX_MESSAGE_BYTES,
      }),
    );
  const value = parseJson(raw);
  if (!isObject(value)) return refuse(notAMessage(value));
  const id = readableId(value);
  if (value.v !== 1)
    return refuse(
      serverError(
        'unsupported_version',
        `must be 1, got ${versionOf(value.v)}; this server speaks version 1`,
        {
          ...id,
          path: 'v',
        },
      ),
    );
  const shape = typeof value.type === 'string' ? SHAPES.get(value.type) : undefined;
  if (!shape)
    return refuse(
      serverError('invalid_message', `must be one of ${[...SHAPES.keys()].join(', ')}`, {
        ...id,
        path: 'type',
      }),
    );
  const fault = firstFault(shape, value) ?? unknownField(shape, value);
  if (fault) return refuse(serverError('invalid_message', fault.message, { ...id, path: fault.path }));
  return { ok: true, message: value as ClientMessage };
}

const SHAPES = new Map<string, Shape>(
  Object.entries({
    subscribe: { id: name, sub: name, filter: object, after: optional(after) },
    unsubscribe: { id: name, sub: name },
    pull: { id: name, sub: name, after: position, as: oneOf('ids', 'events'), limit: optional(countFromOne) },
    ping: { id: name },
    hello: { id: name },
    refresh: { id: name, token },
    fetch: { id: name, eventId: name },
    act: { id: name, what: oneOf(...ACTS), args: optional(anything) },
  } satisfies Record<ClientMessage['type'], Shape & { id: Check }>),
);

function parseJson(raw: string): unknown {
  try {
    return JSON.parse(raw);
  } catch {
    return undefined;
  }
}

function notAMessage(value: unknown): ServerError {
  const found = value === undefined ? 'text that is not JSON' : kindOf(value);
  return serverError('invalid_message', `a message must be one JSON object, got ${found}`);
}

function versionOf(v: unknown): string {
  return typeof v === 'number' ? String(v) : kindOf(v);
}

function readableId(value: Readonly<Record<string, unknown>>): { id?: string } {
  const id = Object.hasOwn(value, 'id') ? value.id : undefined;
  return typeof id === 'string' && id.length > 0 && id.length <= MAX_NAME_CHARS ? { id } : {};
}

function unknownField(shape: Shape, value: Readonly<Record<string, unknown>>): Fault | undefined {
  for (const field of Object.keys(value)) {
    if (field === 'v' || field === 'type' || Object.hasOwn(shape, field)) continue;
    return {
      path: field.slice(0, MAX_NAME_CHARS),
      message: `is not a field of this message; it takes ${Object.keys(shape).join(', ')}`,
    };
  }
  return undefined;
}

function refuse(error: ServerError): ParsedClientMessage {
  return { ok: false, error };
}
