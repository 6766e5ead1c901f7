import { expect, test } from '@jest/globals';
import type { AlertStore } from '../../../src/detect/ports.ts';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import type { ShownRecord } from '../../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import type { Act } from '../../../src/domain/protocol/messages.ts';
import type { Role } from '../../../src/stream/ports.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { aDetector, MINUTE, START_MS } from '../../detect/a-detector.ts';
import { aStream, noOperations } from '../a-stream.ts';
import { aClock } from '../memory-home.ts';

const MFA_OFF = { id: 'mfa-off', pattern: { action: ['mfa.disabled'] }, groupBy: ['actor.id'] };

async function aHome() {
  const home = aDetector({ rules: [MFA_OFF] });
  const published: { readonly action: string; readonly metadata: unknown; readonly actor: unknown }[] = [];
  const clock = aClock(START_MS);
  const stream = aStream({
    clock,
    operations: {
      ...noOperations,
      alerts: { records: home.store.records, silences: home.store.silences, act: home.detector.act },
    },
    publish: async (entries) =>
      entries.map(({ detail }) => {
        published.push(detail as (typeof published)[number]);
        return { kind: 'accepted', busId: 'b' };
      }),
  });
  const person = async (role: Role, fields: { tenantId?: string; subject?: string } = {}) => {
    const viewer = await stream.viewer(`c-${role}-${fields.tenantId ?? ''}`, {
      roles: [role],
      subject: role,
      ...fields,
    });
    return async (what: Act, args?: object) => {
      const answer = await viewer.say({ type: 'act', what, ...(args && { args }) });
      await stream.settled();
      return answer as { type: string; result?: never; name?: string; path?: string; message?: string };
    };
  };
  const audited = () => published.map(({ action }) => action).filter((action) => !/connected/.test(action));
  return { ...home, person, audited, published, clock };
}

test('everybody of the tenant sees what is open and what was; nobody sees another tenant', async () => {
  const { send, person } = await aHome();
  await send({ action: 'mfa.disabled' });
  const viewer = await person('viewer');
  const { result } = await viewer('alerts');
  expect(result).toMatchObject({ alerts: [{ alert: { status: 'firing' }, steps: [{ change: 'fired' }] }] });
  const { alertId } =
    (result as unknown as { alerts: { alert: { alertId: string } }[] }).alerts[0]?.alert ?? {};
  expect(await viewer('alert', { alertId })).toMatchObject({ result: { alert: { alertId } } });
  const stranger = await person('viewer', { tenantId: 'globex' });
  expect(await stranger('alerts', { state: 'all' })).toMatchObject({ result: { alerts: [] } });
  expect(await stranger('alert', { alertId })).toMatchObject({ type: 'error', name: 'not_found' });
});

test('an operator acknowledges and resolves, and is on record once; a viewer is refused, and that is on record', async () => {
  const { send, person, audited, published, store } = await aHome();
  await send({ action: 'mfa.disabled' });
  const [open] = await store.records.open('acme', 1);
  const alertId = open?.alert.alertId;
  const viewer = await person('viewer');
  for (const what of ['acknowledge-alert', 'resolve-alert', 'silence-alerts', 'end-silence'] as const)
    expect(await viewer(what, { alertId })).toMatchObject({ type: 'error', name: 'forbidden' });
  expect(audited()).toEqual(Array(4).fill('stream.act_refused'));
  const operator = await person('operator');
  for (const _ of [1, 2])
    expect(await operator('acknowledge-alert', { alertId })).toMatchObject({
      result: { alert: { status: 'acknowledged', acknowledgedBy: { id: 'operator' } } },
    });
  expect(await operator('resolve-alert', { alertId })).toMatchObject({
    result: { alert: { status: 'resolved', resolvedBy: { kind: 'person', id: 'operator' } } },
  });
  expect(audited().slice(4)).toEqual(['alert.acknowledged', 'alert.resolved']);
  expect(published.at(-1)).toMatchObject({
    tenantId: 'audit-stream',
    actor: { id: 'operator' },
    targets: [{ type: 'tenant', id: 'acme' }, {}],
    metadata: { alertId, ruleId: 'mfa-off' },
  });
});

test('a silence is made, listed, ended, and on record', async () => {
  const { person, audited, clock } = await aHome();
  const operator = await person('operator');
  const match = { rule: { id: ['mfa-off'] } };
  const made = await operator('silence-alerts', { match, seconds: 3_600, comment: ' New phones. ' });
  expect(made).toMatchObject({
    result: { match, comment: 'New phones.', author: { id: 'operator' }, until: '2026-11-01T13:00:00.000Z' },
  });
  const { id } = made.result as unknown as { id: string };
  const viewer = await person('viewer');
  expect(await viewer('silences')).toMatchObject({ result: { silences: [{ id }] } });
  clock.pass(1_000);
  expect(await operator('end-silence', { id })).toMatchObject({
    result: { until: '2026-11-01T12:00:01.000Z', endedBy: { id: 'operator' } },
  });
  clock.pass(1_000);
  expect(await operator('end-silence', { id })).toMatchObject({ name: 'not_found' });
  expect(await viewer('silences')).toMatchObject({ result: { silences: [] } });
  expect(await viewer('silences', { all: true })).toMatchObject({ result: { silences: [{ id }] } });
  expect(audited()).toEqual(['silence.created', 'silence.ended']);
});

const right = { match: { severity: ['low'] }, seconds: 60, comment: 'why' };
test.each([
  ['alerts', { state: 'old' }, 'args.state'],
  ['alerts', { limit: 0 }, 'args.limit'],
  ['alerts', { before: '' }, 'args.before'],
  ['alert', {}, 'args.alertId'],
  ['acknowledge-alert', { alertId: 'nobody' }, 'args.alertId'],
  ['silences', { all: 'yes' }, 'args.all'],
  ['silences', { before: 7 }, 'args.before'],
  ['silence-alerts', [], 'args'],
  ['silence-alerts', { ...right, match: { severity: 'low' } }, 'args.match.severity'],
  ['silence-alerts', { ...right, match: {} }, 'args.match'],
  ['silence-alerts', { ...right, match: undefined }, 'args.match'],
  ['silence-alerts', { ...right, seconds: undefined }, 'args.seconds'],
  ['silence-alerts', { ...right, until: '2026-11-01T13:00:00Z' }, 'args.seconds'],
  ['silence-alerts', { ...right, seconds: 0 }, 'args.seconds'],
  ['silence-alerts', { ...right, seconds: 91 * 86_400 }, 'args.seconds'],
  ['silence-alerts', { match: right.match, comment: 'why', until: 'tomorrow' }, 'args.until'],
  ['silence-alerts', { ...right, comment: ' ' }, 'args.comment'],
  ['silence-alerts', { ...right, comment: 'x'.repeat(501) }, 'args.comment'],
  ['end-silence', { id: 'nobody' }, 'args.id'],
] as const)('%s with %j is refused by its path', async (what, args, path) => {
  const { person, audited } = await aHome();
  const answer = await (await person('operator'))(what, args);
  expect(answer).toMatchObject({ type: 'error', path });
  expect(answer.message?.length).toBeGreaterThan(5);
  expect(audited()).toEqual([]);
});

test('many alerts come page by page, each within a frame', async () => {
  const { store, person } = await aHome();
  const ids = await manyOpen(store, 40, { message: 'm'.repeat(2_000) });
  const viewer = await person('viewer');
  for (const state of ['open', 'all']) {
    const seen: string[] = [];
    for (let before: string | undefined; ; ) {
      const { result } = await viewer('alerts', { state, limit: 30, ...(before && { before }) });
      const { alerts, next } = result as unknown as {
        alerts: { alert: { alertId: string } }[];
        next?: string;
      };
      seen.push(...alerts.map(({ alert }) => alert.alertId));
      if (next === undefined) break;
      before = next;
    }
    expect(seen).toEqual(ids.toReversed());
  }
});

test('words as long as an event may have hide no alert: its record is cut to a frame, and says so', async () => {
  const { send, store, person, pass } = await aHome();
  await send({ action: 'mfa.disabled', actor: { type: 'user', id: 'ada' } });
  const [quiet] = await store.records.open('acme', 1);
  const loud = { type: 'user' as const, id: 'j'.repeat(1_024), name: WIDE.repeat(2_048) };
  for (let i = 0; i < 6; i++) await send({ action: 'mfa.disabled', actor: loud });
  await pass(2 * MINUTE);
  const viewer = await person('viewer');
  const { result } = await viewer('alerts');
  const [first, second] = (result as unknown as { alerts: ShownRecord[] }).alerts;
  expect(first).toMatchObject({
    alert: { status: 'firing', title: expect.any(String), samples: expect.any(Array) },
    trimmed: ['samples'],
  });
  expect(first?.alert.samples?.[0]?.actor.name).toMatch(/^\u6f22{100,}\u2026$/);
  expect(second).toEqual(quiet);
  const { alertId } = (first as ShownRecord).alert;
  const operator = await person('operator');
  for (const what of ['alert', 'acknowledge-alert', 'resolve-alert'] as const)
    expect(await operator(what, { alertId })).toMatchObject({ result: { trimmed: ['samples'] } });
});

test('silences come page by page to the last: none that holds is hidden behind newer ones', async () => {
  const { person, store, clock } = await aHome();
  const operator = await person('operator');
  const wish = { match: { severity: ['low'] }, seconds: 3_600, comment: WIDE.repeat(500) };
  const made: string[] = [];
  for (let i = 0; i < 40; i++) {
    clock.pass(10);
    const { result } = await operator('silence-alerts', wish);
    made.unshift((result as unknown as Silence).id);
  }
  expect((await store.silences.list('acme', 0)).map(({ id }) => id)).toEqual(made);
  const seen: string[] = [];
  let pages = 0;
  for (let before: string | undefined; ; pages++) {
    const { result } = await operator('silences', { ...(before && { before }) });
    const { silences, next } = result as unknown as { silences: readonly Silence[]; next?: string };
    seen.push(...silences.map(({ id }) => id));
    before = next;
    if (before === undefined) break;
  }
  expect(seen).toEqual(made);
  expect(pages).toBeGreaterThan(0);
});

test('more alerts than anybody reads are all listed', async () => {
  const { store, person } = await aHome();
  const ids = await manyOpen(store, 620);
  const auditor = await person('auditor');
  const seen: string[] = [];
  for (let before: string | undefined; ; ) {
    const { result } = await auditor('alerts', { ...(before && { before }) });
    const { alerts, next } = result as unknown as { alerts: readonly ShownRecord[]; next?: string };
    seen.push(...alerts.map(({ alert }) => alert.alertId));
    before = next;
    if (before === undefined) break;
  }
  expect(seen).toEqual(ids.toReversed());
});

test('alerts of the system itself are those of its own tenant; without rules it is said what to configure', async () => {
  const { detector, person } = await aHome();
  await detector.pipeline([
    {
      id: 'pipeline-dead-letters',
      name: 'Dead letters',
      subject: 'slack',
      isBroken: true,
      severity: 'high',
      title: 'slack has dead letters',
    },
  ]);
  const root = await person('viewer', { tenantId: 'audit-stream' });
  expect(await root('alerts')).toMatchObject({ result: { alerts: [{ alert: { status: 'firing' } }] } });
  expect(await (await person('viewer'))('alerts')).toMatchObject({ result: { alerts: [] } });

  const bare = aStream({ operations: noOperations });
  const operator = await bare.viewer('c1', { roles: ['operator'] });
  for (const what of ['alerts', 'alert', 'acknowledge-alert', 'silences', 'silence-alerts', 'end-silence'])
    expect(await operator.say({ type: 'act', what: what as Act })).toMatchObject({
      name: 'not_found',
      path: 'what',
      message: expect.stringContaining('alertRules'),
    });
});

const WIDE = '\u6f22';

/** Open alerts, each of a group of its own; their ids, the oldest first. */
async function manyOpen({ states }: AlertStore, count: number, fields: Partial<Alert> = {}) {
  const ids = Array.from({ length: count }, (_, i) => `a${String(i).padStart(3, '0')}`);
  await states.write(
    ids.map((alertId) => ({
      key: { tenantId: 'acme', ruleId: 'mfa-off', name: `group#${alertId}` },
      version: undefined,
      text: '{}',
      dueMs: undefined,
      expiresAtMs: START_MS + 1e9,
      records: [{ alert: anAlert({ alertId, ...fields }), steps: [] }],
    })),
  );
  return ids;
}
