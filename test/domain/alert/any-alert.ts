/** Notices of every shape that the schema allows, with texts that people and programs do not expect. */
import fc from 'fast-check';
import { ALERT_CHANGES, ALERT_STATUSES, type Alert, RULE_KINDS } from '../../../src/domain/alert/alert.ts';
import { ACTOR_TYPES, OUTCOMES, SEVERITIES } from '../../../src/domain/event/audit-event.ts';

const text = (maxLength: number) =>
  fc.oneof(
    fc.string({ unit: 'grapheme', minLength: 1, maxLength }),
    fc.constantFrom(
      '🔥'.repeat(maxLength / 4),
      'a\r\nBcc: b',
      '<!channel>',
      '=1+1',
      'x'.repeat(maxLength),
      '\t',
      '中文',
    ),
  );
const visible = (maxLength: number) =>
  text(maxLength).map((one) => `n${one}`.slice(0, maxLength).toWellFormed());
const id = fc.stringMatching(/^[A-Za-z0-9._:-]{1,64}$/);
const instant = fc
  .date({ min: new Date('2020-01-01'), max: new Date('2030-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString());
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.constantFrom('http://intranet.example.com/ä b?q="x"', 'HTTPS://EXAMPLE.COM'),
);
const named = { requiredKeys: ['id'] as const } as { requiredKeys: ['id'] };
const person = fc.record({ id: visible(64), name: text(80) }, named);
const dictionary = (most: number) => fc.dictionary(visible(32), text(64), { maxKeys: most });

export function alerts(): fc.Arbitrary<Alert> {
  return fc.record(
    {
      schemaVersion: fc.constant('1.0' as const),
      id,
      tenantId: fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/),
      alertId: id,
      sequence: fc.integer({ min: 1, max: 1_000_000 }),
      status: fc.constantFrom(...ALERT_STATUSES),
      change: fc.constantFrom(...ALERT_CHANGES),
      occurredAt: instant,
      severity: fc.constantFrom(...SEVERITIES),
      rule: fc.record(
        {
          id: visible(128),
          name: text(128),
          kind: fc.constantFrom(...RULE_KINDS),
          owner: text(64),
          runbookUrl: url,
        },
        { requiredKeys: ['id', 'name', 'kind'] },
      ),
      title: text(256),
      message: text(1_024),
      group: dictionary(16),
      count: fc.nat(),
      firstAt: instant,
      lastAt: instant,
      samples: fc.array(
        fc.record(
          {
            id,
            occurredAt: instant,
            action: fc.constantFrom('user.login', 'invoice.approved'),
            outcome: fc.constantFrom(...OUTCOMES),
            actor: fc.record(
              { type: fc.constantFrom(...ACTOR_TYPES), id: visible(64), name: text(64) },
              { requiredKeys: ['type', 'id'] },
            ),
            message: text(256),
          },
          { requiredKeys: ['id', 'occurredAt', 'action', 'outcome', 'actor'] },
        ),
        { maxLength: 12 },
      ),
      links: fc.array(fc.record({ url, text: text(64) }), { maxLength: 12 }),
      images: fc.array(fc.record({ url, alt: text(64) }), { maxLength: 6 }),
      labels: dictionary(64),
      acknowledgedBy: person,
      resolvedBy: fc.oneof(
        fc.record({ kind: fc.constant('quiet' as const) }),
        fc.record({ kind: fc.constant('event' as const), eventId: id }),
        person.map((who) => ({ kind: 'person' as const, ...who })),
      ),
    },
    {
      requiredKeys: [
        'schemaVersion',
        'id',
        'tenantId',
        'alertId',
        'sequence',
        'status',
        'change',
        'occurredAt',
        'severity',
        'rule',
        'title',
        'count',
        'firstAt',
        'lastAt',
      ],
    },
  ) as fc.Arbitrary<Alert>;
}
