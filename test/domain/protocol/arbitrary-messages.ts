/** Random messages of both directions, as the types allow them. */
import fc from 'fast-check';
import { type Position, positionAt } from '../../../src/domain/position.ts';
import {
  ACTS,
  type ClientMessage,
  ERRORS,
  type ErrorName,
  type ServerMessage,
} from '../../../src/domain/protocol/messages.ts';

const name = fc.string({ minLength: 1, maxLength: 64, unit: 'grapheme-ascii' });
const text = fc.string({ unit: 'binary' });
const json = fc.jsonValue({ maxDepth: 4 }).map((value) => JSON.parse(JSON.stringify(value)) as unknown);
const jsonObject = fc
  .dictionary(fc.string({ maxLength: 8 }), json, { maxKeys: 4 })
  .map((value) => JSON.parse(JSON.stringify(value)) as object);
const count = fc.nat();
const flag = fc.boolean();
const position: fc.Arbitrary<Position> = fc
  .tuple(fc.nat(2 ** 41), fc.nat(32 ** 6 - 1))
  .map(([timeMs, order]) => positionAt(timeMs, order));

const shape = <T>(type: string, required: object, optional: object = {}): fc.Arbitrary<T> => {
  const fields = { v: fc.constant(1), type: fc.constant(type), ...required };
  return fc.record({ ...fields, ...optional } as never, {
    requiredKeys: Object.keys(fields) as never[],
    noNullPrototype: true,
  }) as fc.Arbitrary<T>;
};

export const clientMessage = fc.oneof(
  shape<ClientMessage>(
    'subscribe',
    { id: name, sub: name, filter: jsonObject },
    {
      after: fc.oneof(
        fc.constant('now'),
        position,
        fc.record({ seconds: fc.nat() }, { noNullPrototype: true }),
      ),
    },
  ),
  shape<ClientMessage>('unsubscribe', { id: name, sub: name }),
  shape<ClientMessage>(
    'pull',
    { id: name, sub: name, after: position, as: fc.constantFrom('ids', 'events') },
    { limit: fc.integer({ min: 1, max: 10_000 }) },
  ),
  shape<ClientMessage>('hello', { id: name }),
  shape<ClientMessage>('ping', { id: name }),
  shape<ClientMessage>('refresh', { id: name, token: fc.string({ minLength: 1 }) }),
  shape<ClientMessage>('fetch', { id: name, eventId: name }),
  shape<ClientMessage>('act', { id: name, what: fc.constantFrom(...ACTS) }, { args: json }),
);

const event = jsonObject.chain((held) => text.map((id) => ({ ...held, id })));
const trimmed = fc.record({ bytes: count, paths: fc.array(text) }, { noNullPrototype: true });
const entry = fc.record(
  { event, position, acceptedAtMs: count, subs: fc.array(name), trimmed, kind: fc.constant('alert') },
  { requiredKeys: ['event', 'position', 'acceptedAtMs', 'subs'], noNullPrototype: true },
);
const page = { id: name, sub: name, position, more: flag };
const gap = {
  gap: fc.record({ from: position, availableFrom: position }, { noNullPrototype: true }),
};

export const serverMessage = fc.oneof(
  shape<ServerMessage>('subscribed', { id: name, sub: name, position }),
  shape<ServerMessage>('unsubscribed', { id: name, sub: name }),
  shape<ServerMessage>('page', { ...page, ids: fc.array(text) }, gap),
  shape<ServerMessage>('page', { ...page, events: fc.array(entry, { maxLength: 3 }) }, gap),
  shape<ServerMessage>('pong', { id: name }),
  shape<ServerMessage>('refreshed', { id: name, expiresAtMs: count }),
  shape<ServerMessage>('part', { id: name, n: count, of: fc.integer({ min: 1 }), data: text }),
  shape<ServerMessage>('done', { id: name, result: json }),
  shape<ServerMessage>('welcome', {
    id: name,
    connectionId: text,
    tenantId: text,
    subject: text,
    roles: fc.array(text),
    heartbeatMs: fc.integer({ min: 1 }),
    tokenExpiresAtMs: count,
    maxConnectionMs: fc.integer({ min: 1 }),
    serverTimeMs: count,
  }),
  shape<ServerMessage>('event', { subs: fc.array(name), acceptedAtMs: count, event }, { trimmed }),
  shape<ServerMessage>('alert', { subs: fc.array(name), alert: jsonObject }),
  shape<ServerMessage>('goaway', { reason: text, deadlineMs: count }),
  fc.constantFrom(...(Object.keys(ERRORS) as ErrorName[])).chain((error) =>
    shape<ServerMessage>(
      'error',
      {
        code: fc.constant(ERRORS[error]),
        name: fc.constant(error),
        message: text,
        temporary: flag,
      },
      { id: name, path: text, limit: count },
    ),
  ),
);
