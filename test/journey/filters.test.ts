/** The journey proves something only if its filters divide the corpus: that is checked here, not assumed. */
import { describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';
import { referenceMatches } from '../reference/pattern.ts';
import { freshEvents, TENANTS } from './corpus.ts';
import { FILTERS } from './filters.ts';
import { seededRandom } from './random.ts';

const events = freshEvents(seededRandom(1));
const of = Object.groupBy(events, ({ tenantId }) => tenantId) as Record<string, AuditEvent[]>;

test('there are 1,500 events or more, each tenant has its share, and no id comes twice', () => {
  expect(events.length).toBeGreaterThanOrEqual(1_500);
  for (const tenant of TENANTS) expect(of[tenant]?.length).toBeGreaterThan(300);
  expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
});

test('another seed gives other ids in another order; the same seed gives the same', () => {
  expect(freshEvents(seededRandom(1))).toEqual(events);
  expect(freshEvents(seededRandom(2))[0]?.id).not.toBe(events[0]?.id);
});

describe.each(TENANTS)('in tenant %s', (tenant) => {
  const own = of[tenant] ?? [];

  test('there are ten filters', () => expect(Object.keys(FILTERS[tenant])).toHaveLength(10));

  test.each(Object.entries(FILTERS[tenant]))('“%s” matches from 1 % to 60 %%', (_, pattern) => {
    const share = own.filter((event) => referenceMatches(pattern, event)).length / own.length;
    expect(share).toBeGreaterThanOrEqual(0.01);
    expect(share).toBeLessThanOrEqual(0.6);
  });
});

test.each([
  'exact string',
  'exact boolean',
  'null',
  'prefix',
  'prefix/equals-ignore-case',
  'suffix',
  'suffix/equals-ignore-case',
  'equals-ignore-case',
  'wildcard',
  'anything-but string',
  'anything-but number',
  'anything-but/prefix',
  'anything-but/suffix',
  'anything-but/wildcard',
  'anything-but/equals-ignore-case',
  'numeric =',
  'numeric >',
  'numeric >=',
  'numeric <=',
  'cidr v4',
  'cidr v6',
  'exists true',
  'exists false',
  '$or',
])('some filter uses %s', (operator) => {
  expect([...operatorsOf(Object.values(FILTERS))]).toContain(operator);
});

test('some filters would match more if fields could match in different elements', () => {
  for (const [tenant, name] of [
    ['amber', 'buckets by their own id'],
    ['cobalt', 'organizations by their own id'],
  ] as const) {
    const pattern = FILTERS[tenant][name] as { targets: Record<string, unknown> };
    const apart = of[tenant]?.filter((event) =>
      Object.entries(pattern.targets).every(([field, list]) =>
        referenceMatches({ targets: { [field]: list } }, event),
      ),
    );
    const together = of[tenant]?.filter((event) => referenceMatches(pattern, event));
    expect(apart?.length).toBeGreaterThan(together?.length ?? 0);
  }
});

test('both an IPv4 and an IPv6 address are found by range', () => {
  const pattern = FILTERS.birch['private and documentation addresses'];
  const found = of.birch
    ?.filter((event) => referenceMatches(pattern, event))
    .map(({ context }) => context?.ip);
  expect(found?.some((ip) => ip?.includes('.'))).toBe(true);
  expect(found?.some((ip) => ip?.includes(':'))).toBe(true);
});

test('what the door cleans in an event changes no match', () => {
  for (const event of events)
    for (const [name, pattern] of Object.entries(FILTERS[event.tenantId as 'amber']))
      if (referenceMatches(pattern, event) !== referenceMatches(pattern, parseAuditEvent(event)))
        throw new Error(`${event.id} is cleaned into another answer of “${name}”`);
});

function* operatorsOf(value: unknown): Generator<string> {
  if (Array.isArray(value)) for (const element of value) yield* wantedOf(element);
  else
    for (const [key, inner] of Object.entries(value as object)) {
      if (key === '$or') yield '$or';
      yield* operatorsOf(key === '$or' ? Object.assign({}, inner) : inner);
    }
}

function* wantedOf(wanted: unknown): Generator<string> {
  if (wanted === null) yield 'null';
  else if (typeof wanted !== 'object') yield `exact ${typeof wanted}`;
  else if (!isExpression(wanted)) yield* operatorsOf(wanted);
  else {
    const [operator, argument] = Object.entries(wanted)[0] as [string, unknown];
    if (operator === 'exists') yield `exists ${argument}`;
    else if (operator === 'cidr') yield String(argument).includes(':') ? 'cidr v6' : 'cidr v4';
    else if (operator === 'numeric') for (const part of argument as unknown[]) yield `numeric ${part}`;
    else if (typeof argument === 'object' && argument !== null && !Array.isArray(argument))
      yield `${operator}/${Object.keys(argument)[0]}`;
    else if (operator === 'anything-but') yield `anything-but ${typeof [argument].flat()[0]}`;
    else yield operator;
  }
}

function isExpression(value: object): boolean {
  return /^(exists|cidr|numeric|prefix|suffix|equals-ignore-case|wildcard|anything-but)$/.test(
    Object.keys(value)[0] ?? '',
  );
}
