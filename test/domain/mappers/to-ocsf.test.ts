/** The OCSF mapper against the compiled schema of OCSF 1.8.0: valid whatever the event, and nothing of it lost. */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type {
  Activity,
  AuditEvent,
  Category,
  Change,
  Source,
  Target,
} from '../../../src/domain/event/audit-event.ts';
import { toOcsf } from '../../../src/domain/mappers/index.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { CORPUS } from './corpus.ts';
import { anyEvent } from './ocsf/arbitrary-events.ts';
import { faultsOf } from './ocsf/contract.ts';
import { lostOf } from './ocsf/lost.ts';
import { marked } from './ocsf/marked.ts';

const RUNS = 1_000;

test('every real record is a valid document of the class that fits, and all of it is in there', () => {
  expect(CORPUS.length).toBeGreaterThan(1_900);
  const classes = new Set<number>();
  for (const event of CORPUS) {
    const document = toOcsf(event);
    classes.add(document.class_uid);
    expect([event.id, faultsOf(document)]).toEqual([event.id, []]);
    expect([event.id, lostOf(event, document)]).toEqual([event.id, []]);
  }
  expect([...classes].sort()).toEqual([3001, 3002, 3004, 3005, 3006, 6003, 6005]);
});

test('any event is a valid document', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      expect(faultsOf(toOcsf(event))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('nothing of any event is lost', () => {
  fc.assert(
    fc.property(anyEvent.map(marked), (event) => {
      expect(lostOf(event, toOcsf(event))).toEqual([]);
    }),
    { numRuns: RUNS },
  );
});

test('the event is left as it was, and comes out the same again', () => {
  fc.assert(
    fc.property(anyEvent, (event) => {
      const before = JSON.stringify(event);
      const document = JSON.stringify(toOcsf(event));
      expect(JSON.stringify(toOcsf(event))).toBe(document);
      expect(JSON.stringify(event)).toBe(before);
    }),
    { numRuns: 200 },
  );
});

const aTarget = (type: string): Target => ({ type, id: `${type}-1`, name: `The ${type}` });

test.each<[Category, Activity, readonly string[], string]>([
  ['authentication', 'login', [], 'Authentication: Logon'],
  ['authentication', 'logout', ['user'], 'Authentication: Logoff'],
  ['authentication', 'execute', [], 'Authentication: Other'],
  ['authentication', 'create', ['mfa_device'], 'API Activity: Create'],
  ['iam', 'create', ['user'], 'Account Change: Create'],
  ['iam', 'disable', ['service_account'], 'Account Change: Disable'],
  ['iam', 'delete', ['role'], 'Account Change: Delete'],
  ['iam', 'delete', ['user', 'access_key'], 'API Activity: Delete'],
  ['iam', 'update', ['user'], 'Entity Management: Update'],
  ['authorization', 'grant', ['policy', 'role'], 'Account Change: Attach Policy'],
  ['authorization', 'revoke', ['user', 'policy'], 'Account Change: Detach Policy'],
  ['authorization', 'grant', ['user', 'role'], 'User Access Management: Assign Privileges'],
  ['iam', 'revoke', ['permission', 'user', 'invoice'], 'User Access Management: Revoke Privileges'],
  ['authorization', 'grant', ['user'], 'API Activity: Other'],
  ['iam', 'create', ['group'], 'Group Management: Create'],
  ['iam', 'delete', ['team'], 'Group Management: Delete'],
  ['iam', 'create', ['target_group'], 'Entity Management: Create'],
  ['authorization', 'grant', ['user', 'group'], 'Group Management: Add User'],
  ['authorization', 'revoke', ['group', 'user'], 'Group Management: Remove User'],
  ['authorization', 'grant', ['group', 'role'], 'Group Management: Assign Privileges'],
  ['data_change', 'update', ['invoice'], 'Entity Management: Update'],
  ['data_change', 'update', ['invoice', 'customer'], 'API Activity: Update'],
  ['configuration', 'enable', ['rule'], 'Entity Management: Enable'],
  ['configuration', 'other', ['rule'], 'API Activity: Other'],
  ['data_access', 'read', ['table'], 'Datastore Activity: Read'],
  ['data_access', 'read', ['invoice'], 'API Activity: Read'],
  ['data_access', 'export', ['invoice'], 'API Activity: Other'],
  ['api', 'execute', [], 'API Activity: Other'],
  ['security', 'update', ['rule'], 'API Activity: Update'],
])('%s, %s on %j is %s', (category, activity, types, typeName) => {
  const event = anAuditEvent({ category, activity, targets: types.map(aTarget) });
  const document = toOcsf(event);
  expect(document.type_name).toBe(typeName);
  expect(faultsOf(document)).toEqual([]);
  expect(lostOf(event, document)).toEqual([]);
});

test('without an address the source is the calling service, or the one that was called', () => {
  const sourceOf = (fields: Partial<AuditEvent>) =>
    toOcsf(anAuditEvent({ category: 'api', ...fields })).src_endpoint;
  expect(sourceOf({ context: { ip: '2001:db8::1', ips: ['2001:db8::1', '10.0.0.1'] } })).toEqual({
    ip: '2001:db8::1',
    intermediate_ips: ['10.0.0.1'],
  });
  expect(sourceOf({ actor: { type: 'service', id: 's-1', name: 'mailer' } })).toEqual({ svc_name: 'mailer' });
  expect(sourceOf({})).toEqual({ svc_name: 'billing' });
  // Identity classes can do without.
  expect(sourceOf({ category: 'authentication', activity: 'login' })).toBeUndefined();
});

test('a denial is one to OCSF too, with the policy that denied', () => {
  const document = toOcsf(anAuditEvent({ outcome: 'denied', reason: { code: 'E7', policyId: 'p-1' } }));
  expect(document).toMatchObject({
    status_id: 2,
    status_code: 'E7',
    action_id: 2,
    authorizations: [{ policy: { uid: 'p-1' }, decision: 'denied' }],
    metadata: { profiles: ['security_control'] },
    unmapped: { outcome: 'denied' },
  });
});

test('values before and after stand at the entity; changes that they do not tell stay whole', () => {
  const changed = (changes: readonly Change[]) => {
    const document = toOcsf(anAuditEvent({ targets: [aTarget('invoice')], changes }));
    return [document.entity, document.entity_result, document.unmapped.changes];
  };
  const entity = { uid: 'invoice-1', name: 'The invoice', type_id: 99, type: 'invoice' };
  const plain: readonly Change[] = [
    { path: 'status', op: 'replace', before: 'open', after: null },
    { path: 'by', op: 'add', after: 'Ada' },
    { path: 'note', op: 'remove', before: 'x' },
  ];
  expect(changed(plain)).toEqual([
    { ...entity, data: { status: 'open', note: 'x' } },
    { ...entity, data: { status: null, by: 'Ada' } },
    undefined,
  ]);
  const twice: readonly Change[] = [
    { path: 'tags', op: 'add', after: 'a' },
    { path: 'tags', op: 'add', after: 'b' },
  ];
  const hidden: readonly Change[] = [{ path: 'iban', op: 'replace', redacted: true }];
  expect(changed(twice).at(-1)).toEqual(twice);
  expect(changed(hidden)).toEqual([entity, undefined, hidden]);
});

test('a cloud is named only where its provider is known', () => {
  const mapped = (source: Partial<Source>) =>
    toOcsf(anAuditEvent({ source: { service: 'billing', environment: 'test', ...source } }));
  const aws = mapped({ accountId: '123456789012', region: 'eu-west-1' });
  expect(aws.cloud).toMatchObject({ provider: 'AWS', region: 'eu-west-1' });
  const other = mapped({ accountId: 'sub-1', region: 'westeurope' });
  expect(other.cloud).toBeUndefined();
  expect(other.unmapped.source).toMatchObject({ accountId: 'sub-1', region: 'westeurope' });
});

test('fifty targets are fifty resources, and one alone is the target', () => {
  const resources = (count: number) =>
    toOcsf(anAuditEvent({ category: 'api', targets: Array.from({ length: count }, () => aTarget('x')) }))
      .resources;
  expect(resources(50)).toHaveLength(50);
  expect(resources(1)).toEqual([{ uid: 'x-1', name: 'The x', type: 'x', role_id: 1, role: 'Target' }]);
  expect(resources(0)).toBeUndefined();
});
