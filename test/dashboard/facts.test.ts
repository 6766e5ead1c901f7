import { expect, test } from '@jest/globals';
import { factsOf } from '../../dashboard/src/detail/facts.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';

test('only what the event says is listed, in the order in which people ask', () => {
  const groups = factsOf(anAuditEvent({ actor: { type: 'user', id: 'ada' }, targets: [] }));

  expect(groups.map(({ title }) => title)).toEqual(['What', 'Who', 'By which system']);
  expect(groups[1]?.facts).toEqual([
    { label: 'Id', path: 'actor.id', value: 'ada' },
    { label: 'Type', path: 'actor.type', value: 'user' },
  ]);
});

test('of many targets the first ones are listed, and how many more there are', () => {
  const targets = Array.from({ length: 12 }, (_, i) => ({ type: 'storage_bucket', id: `b${i}` }));
  const listed = factsOf(anAuditEvent({ targets })).find(({ title }) => title === 'To what')?.facts;

  expect(listed?.[0]).toEqual({ label: 'storage bucket', path: 'targets.id', value: 'b0' });
  expect(listed?.at(-1)?.value).toBe('and 2 more, see the JSON');
});
