import { expect, test } from '@jest/globals';
import { parseAuditEvent } from '../../src/domain/event/index.ts';
import { mayBeOmitted, omitFrom } from '../../src/sink/omit.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';

const PATHS = [
  'metadata',
  'http.request',
  'actor.email',
  'context.ip',
  'changes',
  'error.stack',
  'labels.team',
];

test('what may be omitted leaves an event', () => {
  for (const path of PATHS) expect({ path, may: mayBeOmitted(path, 'events') }).toEqual({ path, may: true });
  for (const event of CORPUS) {
    const rest = omitFrom(event, PATHS) as typeof event;
    expect(() => parseAuditEvent(rest)).not.toThrow();
    expect(rest).not.toHaveProperty('metadata');
    expect(rest.actor).not.toHaveProperty('email');
  }
});

test('the event itself stays as it is', () => {
  const event = { actor: { id: 'a', email: 'a@example.com' }, action: 'x.y' };
  expect(omitFrom(event, ['actor.email', 'http.request'])).toEqual({ actor: { id: 'a' }, action: 'x.y' });
  expect(event.actor.email).toBe('a@example.com');
});

test.each(['id', 'actor', 'actor.id', 'source', 'performance.durationMs', 'http.', '', 7])(
  '%j is needed, or is no field',
  (path) => {
    expect(mayBeOmitted(path, 'events')).toBe(false);
  },
);
