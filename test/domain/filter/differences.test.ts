/** Where we differ from event-ruler, one by one: what it says, what we say, and why. `docs/filters.md` has the table. */
import { expect, test } from '@jest/globals';
import { FilterError, matches, parseFilterText } from '../../../src/domain/filter/index.ts';
import { askEventRuler, eventRuler } from '../../services/event-ruler/event-ruler.ts';

type Verdict = boolean | 'refused';

interface Difference {
  readonly why: string;
  readonly pattern: string;
  readonly event: string;
  readonly ruler: Verdict;
  readonly ours: Verdict;
}

const differences: readonly Difference[] = [
  {
    why: '{} is the filter of a viewer who wants everything',
    pattern: '{}',
    event: '{"a":1}',
    ruler: 'refused',
    ours: true,
  },
  {
    why: 'a short IPv4 block is compared digit by digit with the beginning of an IPv6 address',
    pattern: '{"a":[{"cidr":"10.0.0.0/8"}]}',
    event: '{"a":"0a00::1"}',
    ruler: true,
    ours: false,
  },
  {
    why: 'a block of /0 to /4 takes the digits of a number for an address',
    pattern: '{"a":[{"cidr":"0.0.0.0/0"}]}',
    event: '{"a":301.8}',
    ruler: true,
    ours: false,
  },
  {
    why: 'ignoring case splits characters beyond the basic plane into halves that match nothing',
    pattern: '{"a":[{"equals-ignore-case":"x😀"}]}',
    event: '{"a":"X😀"}',
    ruler: false,
    ours: true,
  },
  {
    why: 'all expressions of a field are one automaton, and some mixtures spoil it',
    pattern: '{"a":[{"wildcard":"*x"},{"equals-ignore-case":"xy"}]}',
    event: '{"a":"x*y"}',
    ruler: true,
    ours: false,
  },
  {
    why: 'a name without characters disappears from the path of the pattern, not of the event',
    pattern: '{"":{"a":[1]}}',
    event: '{"":{"a":1}}',
    ruler: false,
    ours: true,
  },
  {
    why: 'JSON.parse has rounded the numbers: digits beyond a double are gone before we see them',
    pattern: '{"a":[12345678901234567890]}',
    event: '{"a":12345678901234567891}',
    ruler: false,
    ours: true,
  },
  {
    why: 'a name that comes twice: the last object replaces the first, they are not merged',
    pattern: '{"a":{"b":[1]},"a":{"c":[1]}}',
    event: '{"a":{"c":1}}',
    ruler: false,
    ours: true,
  },
  {
    why: 'a mask is digits and nothing else',
    pattern: '{"a":[{"cidr":"10.0.0.0/+8"}]}',
    event: '{"a":"10.0.0.1"}',
    ruler: true,
    ours: 'refused',
  },
  {
    why: 'sixteen wildcards are enough; EventBridge too refuses what is too complex',
    pattern: `{"a":[{"wildcard":"${'*x'.repeat(17)}"}]}`,
    event: `{"a":"${'x'.repeat(17)}"}`,
    ruler: true,
    ours: 'refused',
  },
  {
    why: 'EventBridge takes patterns of at most 4,096 characters; event-ruler has no limit',
    pattern: `{"a":["${'x'.repeat(4_200)}"]}`,
    event: `{"a":"${'x'.repeat(4_200)}"}`,
    ruler: true,
    ours: 'refused',
  },
];

function verdict(pattern: string, event: string): Verdict {
  try {
    return matches(parseFilterText(pattern), JSON.parse(event));
  } catch (error) {
    if (error instanceof FilterError) return 'refused';
    throw error;
  }
}

test.each(differences)('ours: $why', ({ pattern, event, ours }) => {
  expect(verdict(pattern, event)).toBe(ours);
});

const ruler = eventRuler();
('missing' in ruler ? test.skip : test)('event-ruler answers as the list says', async () => {
  if ('missing' in ruler) return;
  const answers = await askEventRuler(
    ruler.classPath,
    differences.map(({ pattern, event }) => ({ patterns: [pattern], events: [event] })),
  );
  const theirs = answers.map(([answer]) =>
    answer === undefined || 'error' in answer ? 'refused' : answer.matches.length > 0,
  );
  expect(theirs).toEqual(differences.map((each) => each.ruler));
});
