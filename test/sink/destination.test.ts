import { expect, test } from '@jest/globals';
import { TOLD_FOR_MS } from '../../src/sink/alert-memory.ts';
import { type Destination, readDestinations } from '../../src/sink/destination.ts';

const apiKey = { secret: 'datadog/api-key' };

function read(value: unknown) {
  const faults: string[] = [];
  return { destinations: readDestinations(value, 'destinations', faults), faults };
}

test('a destination has its sink, what it needs, and a queue of its own', () => {
  const { destinations, faults } = read({
    datadog: { apiKey, site: 'datadoghq.eu', filter: { severity: ['high'] }, omit: ['http.request'] },
    'datadog-audit': { sink: 'datadog', apiKey: { env: 'DD_API_KEY' }, batchSize: 10 },
    off: { sink: 'datadog', apiKey, enabled: false },
  });
  expect(faults).toEqual([]);
  expect(destinations.map(({ name }) => name)).toEqual(['datadog', 'datadog-audit']);
  expect(destinations[0]).toMatchObject({
    settings: { site: 'datadoghq.eu' },
    secrets: { apiKey },
    omit: ['http.request'],
    maxConcurrency: 5,
    route: {
      name: 'datadog',
      pattern: {
        'detail-type': ['Audit Event'],
        detail: { severity: ['high'] },
        'replay-name': [{ exists: false }, { prefix: 'datadog.' }],
      },
    },
  });
  expect(destinations[0]?.settings).not.toHaveProperty('apiKey');
  expect(destinations[1]?.route).toMatchObject({
    batchSize: 10,
    pattern: { 'detail-type': ['Audit Event'] },
  });
});

test('an empty filter leaves the detail out of the rule, as CDK needs it', () => {
  const { destinations } = read({ datadog: { apiKey, filter: {} } });
  expect(destinations[0]?.route.pattern).not.toHaveProperty('detail');
});

test.each([
  [[], 'destinations: must be an object of destinations by name, got a list of 0'],
  [{ record: {} }, 'destinations.record: must be named in'],
  [{ Datadog: {} }, 'destinations.Datadog: must be named in'],
  [{ datadog: 'key' }, 'destinations.datadog: must be an object of options, got a string of 3'],
  [{ splunk: {} }, 'destinations.splunk: sink must be one of datadog'],
  [{ datadog: {} }, 'destinations.datadog.apiKey: is missing; it must say where the secret is'],
  [{ datadog: { apiKey: 'dd-0123456789' } }, 'never the secret itself, got a string of 13'],
  [{ datadog: { apiKey: { secret: 'a', env: 'B' } } }, 'destinations.datadog.apiKey: must say where'],
  [{ datadog: { apiKey, site: 'datadog.com' } }, 'destinations.datadog.site: must be one of datadoghq.com'],
  [{ datadog: { apiKey, region: 'eu' } }, 'destinations.datadog.region: is no option; there are sink'],
  [{ datadog: { apiKey, batchSize: 0 } }, 'destinations.datadog.batchSize: must be a whole number from 1'],
  [{ datadog: { apiKey, maxConcurrency: 1 } }, 'destinations.datadog.maxConcurrency: must be a whole'],
  [{ datadog: { apiKey, omit: ['actor.id'] } }, 'destinations.datadog.omit: must be a field that an event'],
  [{ datadog: { apiKey, filter: { severity: 'high' } } }, 'destinations.datadog.filter'],
])('%j is refused: %s', (value, fault) => {
  const { faults, destinations } = read(value);
  expect(destinations).toEqual([]);
  expect(faults.join('\n')).toContain(fault);
  expect(faults.join('\n')).not.toContain('dd-0123456789');
});

test('trap 56: what was told of an alert is remembered longer than its message can wait', () => {
  const [{ route }] = read({ datadog: { apiKey } }).destinations as [Destination];
  const waitsDays = route.retentionDays + route.deadLetterRetentionDays;
  expect(TOLD_FOR_MS).toBeGreaterThan(2 * waitsDays * 86_400_000);
});
