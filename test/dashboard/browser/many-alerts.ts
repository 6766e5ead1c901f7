/** Alerts in every state, with texts as long and as strange as they come. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { AlertRecord, AlertStep } from '../../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import { aSilence } from '../../builders/a-silence.ts';
import { anAlert } from '../../builders/an-alert.ts';

const ADA = { id: 'ada@acme.example', name: 'Ada Moreau' };
const MINUTE_MS = 60_000;

/** As of `nowMs`; ids count down with age, as the server lists them. */
export function manyAlerts(nowMs: number): { records: readonly AlertRecord[]; silences: readonly Silence[] } {
  const at = (minutesAgo: number) => new Date(nowMs - minutesAgo * MINUTE_MS).toISOString();
  const step = (minutesAgo: number, fields: Partial<AlertStep>): AlertStep => ({
    sequence: 1,
    change: 'fired',
    count: 1,
    channels: ['page', 'slack', 'pagerduty'],
    occurredAt: at(minutesAgo),
    ...fields,
  });
  const sample = (id: string, minutesAgo: number) => ({
    id,
    occurredAt: at(minutesAgo),
    action: 'user.login',
    outcome: 'failure' as const,
    actor: { type: 'user' as const, id: 'jo@example.com', name: 'Jo Fischer' },
  });
  const record = (n: number, fields: Partial<Alert>, steps: readonly AlertStep[]): AlertRecord => ({
    alert: anAlert({
      alertId: `0199-${String(1000 - n)}`,
      channels: ['page', 'slack', 'pagerduty'],
      sequence: steps.length,
      change: steps.at(-1)?.change ?? 'fired',
      ...fields,
    }),
    steps,
  });
  const records = [
    record(
      1,
      {
        severity: 'critical',
        rule: {
          id: 'login-brute-force',
          name: 'Many failed logins of one account',
          kind: 'threshold',
          owner: 'identity on-call',
          runbookUrl: 'https://wiki.example.com/runbooks/brute-force',
        },
        title: '12 failed logins of jo@example.com within 10 minutes',
        message: 'Someone guesses passwords.\nLock the account, then look where the requests come from.',
        group: { 'actor.id': 'jo@example.com' },
        labels: { team: 'identity' },
        count: 12,
        firstAt: at(4.3),
        lastAt: at(0.4),
        samples: [sample('sample-1', 4.3), sample('sample-2', 3.2), sample('sample-3', 0.4)],
      },
      [
        step(4, { count: 10 }),
        step(3, { sequence: 2, change: 'merged', count: 11 }),
        step(0.5, { sequence: 3, change: 'merged', count: 12 }),
      ],
    ),
    record(
      2,
      {
        severity: 'high',
        status: 'acknowledged',
        acknowledgedBy: ADA,
        rule: { id: 'mass-export', name: 'Mass export', kind: 'threshold' },
        title:
          'A service account without any owner exported 48,211 customer records of eleven countries to a bucket outside of the organisation, which nobody has asked for',
        group: {
          'actor.id': 'arn:aws:iam::123456789012:role/nightly-export-of-customer-records-to-the-warehouse',
        },
        count: 48_211,
        firstAt: at(73),
        lastAt: at(2),
        samples: [sample('sample-4', 73)],
      },
      [
        step(72, { count: 20_000 }),
        step(70, { sequence: 2, change: 'acknowledged', count: 20_000, by: ADA }),
        step(2, { sequence: 3, change: 'merged', count: 48_211 }),
      ],
    ),
    record(
      3,
      {
        severity: 'medium',
        rule: { id: 'new-country', name: 'Log-in from a new country', kind: 'new_value' },
        title: 'Ada Moreau logged in from NZ for the first time',
        group: { 'actor.id': 'ada@acme.example', 'context.geo.country': 'NZ' },
        firstAt: at(31),
        lastAt: at(31),
        channels: ['page'],
        suppressedBy: { kind: 'silence', id: 'travel' },
      },
      [step(31, { channels: ['page'], suppressedBy: { kind: 'silence', id: 'travel' } })],
    ),
    record(
      4,
      {
        severity: 'low',
        rule: { id: 'no-scans', name: 'Nightly scans', kind: 'silence' },
        title: 'No scan was reported \u202Eevil for a day',
        count: 0,
        firstAt: at(60 * 26),
        lastAt: at(60 * 26),
        channels: ['page'],
      },
      [step(60 * 2, { count: 0, channels: ['page'] })],
    ),
    ...Array.from({ length: 24 }, (_, i) =>
      record(
        10 + i,
        {
          severity: i % 3 === 0 ? 'high' : 'medium',
          status: 'resolved',
          rule: { id: 'mfa-disabled', name: 'MFA switched off', kind: 'match' },
          title: `MFA switched off for user-${i}`,
          group: { 'targets.id': `user-${i}` },
          firstAt: at(200 + 50 * i),
          lastAt: at(200 + 50 * i),
          ...(i % 2 === 0
            ? { acknowledgedBy: ADA, resolvedBy: { kind: 'person' as const, ...ADA } }
            : { resolvedBy: { kind: 'quiet' as const } }),
        },
        [
          step(200 + 50 * i, {}),
          step(180 + 50 * i, { sequence: 2, change: 'resolved', ...(i % 2 === 0 && { by: ADA }) }),
        ],
      ),
    ),
  ];
  const silences = [
    aSilence({
      id: 'travel',
      match: { rule: { id: ['new-country'] }, group: { 'actor.id': ['ada@acme.example'] } },
      from: at(60),
      until: at(-300),
      author: ADA,
      comment: 'I am travelling until Friday',
    }),
    aSilence({
      id: 'old',
      match: { labels: { team: [{ prefix: 'pay' }] } },
      from: at(60 * 40),
      until: at(60 * 30),
      author: { id: 'bob@acme.example' },
      comment: 'Migration of the payment service',
      endedBy: ADA,
    }),
  ];
  return { records, silences };
}
