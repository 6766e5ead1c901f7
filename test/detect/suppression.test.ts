/** Why destinations do not hear of a notice, and when somebody looks again. */
import { describe, expect, test } from '@jest/globals';
import { nextLook, type SuppressionFacts, suppressionOf } from '../../src/detect/suppression.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import { parseFilter } from '../../src/domain/filter/index.ts';
import type { Inhibition, MaintenanceWindow } from '../../src/domain/rules/alert-policy.ts';
import { anAlert } from '../builders/an-alert.ts';

const nowMs = Date.parse('2026-11-01T12:00:00.000Z');
const at = (ms: number) => new Date(nowMs + ms).toISOString();
const nothing: SuppressionFacts = { silences: [], maintenance: [], inhibitions: [], open: [], nowMs };

function aSilence(fields: Partial<Silence> = {}): Silence {
  return {
    id: 'silence-1',
    tenantId: 'acme',
    match: { rule: { id: ['mfa-disabled'] } },
    from: at(-1_000),
    until: at(1_000),
    author: { id: 'jo' },
    comment: 'known',
    ...fields,
  };
}

function work(fields: Partial<MaintenanceWindow> = {}): MaintenanceWindow {
  const times = { kind: 'once', fromMs: nowMs - 1_000, untilMs: nowMs + 90_000 } as const;
  return { name: 'move of the database', match: {}, filter: parseFilter({}), times, ...fields };
}

function anInhibition(by: unknown, what: unknown, equal: readonly string[] = []): Inhibition {
  return { name: 'outage', by: parseFilter(by), what: parseFilter(what), equal };
}

test('nothing suppresses a notice by itself', () => {
  expect(suppressionOf(anAlert(), nothing)).toBeUndefined();
});

describe('a silence', () => {
  const silencedBy = (silence: Silence) => suppressionOf(anAlert(), { ...nothing, silences: [silence] });

  test('suppresses what its pattern matches', () => {
    expect(silencedBy(aSilence())).toEqual({ kind: 'silence', id: 'silence-1' });
    expect(silencedBy(aSilence({ match: {} }))).toBeDefined();
    expect(silencedBy(aSilence({ match: { rule: { id: ['other'] } } }))).toBeUndefined();
  });

  test('begins with its first millisecond and is over at its end', () => {
    expect(silencedBy(aSilence({ from: at(0) }))).toBeDefined();
    expect(silencedBy(aSilence({ from: at(1) }))).toBeUndefined();
    expect(silencedBy(aSilence({ until: at(1) }))).toBeDefined();
    expect(silencedBy(aSilence({ until: at(0) }))).toBeUndefined();
  });

  test.each([
    ['that somebody ended', { endedBy: { id: 'jo' } }],
    ['of another tenant', { tenantId: 'other' }],
    ['whose pattern is none', { match: { severity: 'high' } }],
    ['whose pattern is nothing', { match: undefined }],
    ['whose times are none', { from: 'yesterday' }],
  ])('%s suppresses nothing', (_, fields) => {
    expect(silencedBy(aSilence(fields))).toBeUndefined();
  });

  test('is looked at again when it ends, and before that in case somebody ends it', () => {
    const facts = { ...nothing, silences: [aSilence()] };
    expect(nextLook({ kind: 'silence', id: 'silence-1' }, facts)).toBe(nowMs + 1_000);
    const long = { ...nothing, silences: [aSilence({ until: at(3_600_000) })] };
    expect(nextLook({ kind: 'silence', id: 'silence-1' }, long)).toBe(nowMs + 60_000);
    expect(nextLook({ kind: 'silence', id: 'gone' }, long)).toBe(nowMs + 60_000);
  });
});

describe('planned work', () => {
  const under = (maintenance: MaintenanceWindow) =>
    suppressionOf(anAlert(), { ...nothing, maintenance: [maintenance] });

  test('suppresses what it matches while it is under way', () => {
    expect(under(work())).toEqual({ kind: 'maintenance', id: 'move of the database' });
    expect(under(work({ filter: parseFilter({ severity: ['low'] }) }))).toBeUndefined();
    expect(under(work({ times: { kind: 'once', fromMs: 0, untilMs: nowMs } }))).toBeUndefined();
  });

  test('is looked at again when it ends', () => {
    const look = (untilMs: number) =>
      nextLook(
        { kind: 'maintenance', id: 'move of the database' },
        { ...nothing, maintenance: [work({ times: { kind: 'once', fromMs: 0, untilMs } })] },
      );
    expect(look(nowMs + 90_000)).toBe(nowMs + 90_000);
    expect(look(nowMs + 86_400_000)).toBe(nowMs + 600_000);
    expect(nextLook({ kind: 'maintenance', id: 'gone' }, nothing)).toBe(nowMs + 60_000);
  });
});

describe('an inhibition', () => {
  const outage = anAlert({ alertId: 'outage', rule: { id: 'outage', name: 'Outage', kind: 'silence' } });
  const alert = anAlert({ labels: { site: 'fra' }, group: { 'actor.id': 'jo' } });
  const rule = (equal: readonly string[] = []) =>
    anInhibition({ rule: { id: ['outage'] } }, { severity: ['high'] }, equal);
  const suppressed = (open: typeof outage, inhibition = rule()) =>
    suppressionOf(alert, { ...nothing, inhibitions: [inhibition], open: [open] });

  test('suppresses what it means while what it names is open', () => {
    expect(suppressed(outage)).toEqual({ kind: 'inhibition', id: 'outage' });
    expect(suppressed({ ...outage, status: 'acknowledged' })).toBeDefined();
    expect(suppressed(outage, anInhibition({ rule: { id: ['other'] } }, {}))).toBeUndefined();
    expect(suppressed(outage, anInhibition({}, { severity: ['low'] }))).toBeUndefined();
  });

  test.each([
    ['that is over', { status: 'resolved' as const }],
    ['of another tenant', { tenantId: 'other' }],
    ['that is suppressed itself', { suppressedBy: { kind: 'silence' as const, id: 's' } }],
    ['that is the same', { alertId: 'alert-1' }],
  ])('an alert %s suppresses nothing', (_, fields) => {
    expect(suppressed({ ...outage, ...fields })).toBeUndefined();
  });

  test('only where all that must be equal is there and equal', () => {
    const both = rule(['labels.site', 'group.actor.id']);
    expect(suppressed(outage, both)).toBeUndefined();
    expect(suppressed({ ...outage, labels: { site: 'fra' } }, both)).toBeUndefined();
    expect(
      suppressed({ ...outage, labels: { site: 'fra' }, group: { 'actor.id': 'jo' } }, both),
    ).toBeDefined();
    expect(
      suppressed({ ...outage, labels: { site: 'ams' }, group: { 'actor.id': 'jo' } }, both),
    ).toBeUndefined();
    expect(suppressed(outage, rule(['message']))).toBeUndefined();
  });

  test('is looked at again within a minute', () => {
    expect(nextLook({ kind: 'inhibition', id: 'outage' }, nothing)).toBe(nowMs + 60_000);
  });
});

describe('a graver alert of the same group', () => {
  const group = { 'actor.id': 'jo', 'source.ip': '::1' };
  const alert = anAlert({ severity: 'medium', group });
  const grave = anAlert({
    alertId: 'grave',
    severity: 'high',
    group: { 'source.ip': '::1', 'actor.id': 'jo' },
  });
  const suppressed = (open: typeof grave, of = alert, severityInhibition?: boolean) =>
    suppressionOf(of, {
      ...nothing,
      open: [open],
      ...(severityInhibition !== undefined && { severityInhibition }),
    });

  test('suppresses a less grave one, never an equal or a graver one', () => {
    expect(suppressed(grave)).toEqual({ kind: 'inhibition', id: 'grave' });
    expect(suppressed({ ...grave, severity: 'medium' })).toBeUndefined();
    expect(suppressed({ ...grave, severity: 'low' })).toBeUndefined();
  });

  test('must have exactly the same group, and one at all', () => {
    expect(suppressed({ ...grave, group: { 'actor.id': 'jo' } })).toBeUndefined();
    expect(suppressed({ ...grave, group: { ...group, more: 'x' } })).toBeUndefined();
    expect(suppressed({ ...grave, group: { ...group, 'actor.id': 'Jo' } })).toBeUndefined();
    const { group: _, ...bare } = grave;
    const { group: __, ...alike } = alert;
    expect(suppressed(bare, alike)).toBeUndefined();
    expect(suppressed({ ...grave, group: {} }, { ...alert, group: {} })).toBeUndefined();
  });

  test('does not where the policy says so', () => {
    expect(suppressed(grave, alert, false)).toBeUndefined();
    expect(suppressed(grave, alert, true)).toBeDefined();
  });
});

test('a silence is named before planned work, and that before an inhibition', () => {
  const all: SuppressionFacts = {
    ...nothing,
    silences: [aSilence()],
    maintenance: [work()],
    inhibitions: [anInhibition({}, {})],
    open: [anAlert({ alertId: 'other' })],
  };
  const kinds = [all, { ...all, silences: [] }, { ...all, silences: [], maintenance: [] }].map(
    (facts) => suppressionOf(anAlert(), facts)?.kind,
  );
  expect(kinds).toEqual(['silence', 'maintenance', 'inhibition']);
});
