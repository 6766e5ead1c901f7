/** Turns what the server sent into a message for the client; what a newer server says besides is `unknown`, not a fault. */
import {
  anything,
  count,
  countFromOne,
  firstFault,
  flag,
  isObject,
  listOf,
  name,
  object,
  objectOf,
  optional,
  position,
  type Shape,
  text,
} from './fields.ts';
import type { ServerMessage } from './messages.ts';

export type ParsedServerMessage =
  | { readonly kind: 'message'; readonly message: ServerMessage }
  /** To be left alone: a type of a newer server, or text that is no message; `reason` says which. */
  | { readonly kind: 'unknown'; readonly reason: string };

/** Never throws. Unknown fields are left alone, so that a newer server can say more. */
export function parseServerMessage(raw: string): ParsedServerMessage {
  let value: unknown;
  try {
    value = JSON.parse(raw);
  } catch {
    return unknown('the text is not JSON');
  }
  if (!isObject(value)) return unknown('the message is not an object');
  if (value.v !== 1) return unknown('the message is of another version');
  const shape = typeof value.type === 'string' ? SHAPES.get(value.type) : undefined;
  if (!shape) return unknown('the type is not known');
  const fault = firstFault(shape, value) ?? (value.type === 'page' ? pageFault(value) : undefined);
  if (fault) return unknown(`${fault.path} ${fault.message}`);
  return { kind: 'message', message: value as unknown as ServerMessage };
}

const wireEvent: Shape = {
  event: objectOf({ id: text }),
  trimmed: optional(objectOf({ bytes: count, paths: listOf(text) })),
};

const SHAPES = new Map<string, Shape>(
  Object.entries({
    subscribed: { id: name, sub: name, position },
    unsubscribed: { id: name, sub: name },
    page: {
      id: name,
      sub: name,
      position,
      more: flag,
      gap: optional(objectOf({ from: position, availableFrom: position })),
      ids: optional(listOf(text)),
      events: optional(listOf(objectOf({ ...wireEvent, position, acceptedAtMs: count, subs: listOf(text) }))),
    },
    pong: { id: name },
    refreshed: { id: name, expiresAtMs: count },
    part: { id: name, n: count, of: countFromOne, data: text },
    done: { id: name, result: anything },
    welcome: {
      id: name,
      connectionId: text,
      tenantId: text,
      subject: text,
      roles: listOf(text),
      heartbeatMs: countFromOne,
      tokenExpiresAtMs: count,
      maxConnectionMs: countFromOne,
      serverTimeMs: count,
    },
    event: { subs: listOf(text), acceptedAtMs: count, ...wireEvent },
    alert: { subs: listOf(text), alert: object },
    goaway: { reason: text, deadlineMs: count },
    error: {
      id: optional(name),
      code: count,
      name: text,
      message: text,
      path: optional(text),
      limit: optional(count),
      temporary: flag,
    },
  } satisfies Record<ServerMessage['type'], Shape>),
);

/** A page lists ids or events; one that lists neither would look empty and complete. */
function pageFault(value: Readonly<Record<string, unknown>>) {
  return (value.ids === undefined) === (value.events === undefined)
    ? { path: 'ids', message: 'or events must be there, not both' }
    : undefined;
}

function unknown(reason: string): ParsedServerMessage {
  return { kind: 'unknown', reason };
}
