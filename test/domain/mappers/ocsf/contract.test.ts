/** The judge of OCSF documents refuses each kind of wrong document. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { faultsOf } from './contract.ts';

// biome-ignore lint/suspicious/noExplicitAny: documents are spoilt in any place.
type Spoilt = any;

const FOLDER = new URL('../../../data/ocsf-documents/', import.meta.url);
const documents: readonly [string, Spoilt][] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json'))
  .map((name) => [name, JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'))]);
const document = (number: string): Spoilt =>
  structuredClone(documents.find(([name]) => name.startsWith(number))?.[1]);

test.each<[string, string, (doc: Spoilt) => unknown, string]>([
  ['a class that is not there', '6003', (doc) => (doc.class_uid = 6999), 'class_uid: 6999 is no class'],
  ['a required attribute left out', '3005', (doc) => delete doc.privileges, 'privileges: is required'],
  ['one of an object', '6005', (doc) => delete doc.databucket.type_id, 'databucket.type_id: is required'],
  ['one of a profile', '6003', (doc) => delete doc.cloud, 'metadata.profiles: cloud has no attribute here'],
  ['one within a profile', '6003', (doc) => delete doc.cloud.provider, 'cloud.provider: is required'],
  ['a wrong enum', '6003', (doc) => (doc.status_id = 3), 'status_id: 3 is none of its values'],
  ['an enum of texts', '6003', (doc) => (doc.http_request.http_method = 'get'), 'http_method: get is none'],
  ['a wrong caption', '6003', (doc) => (doc.status = 'denied'), 'status_id: beside 2 stands denied'],
  ['another’s caption', '3001', (doc) => (doc.user.type = 'Admin'), 'user.type_id: beside 1 stands Admin'],
  ['no name beside 99', '6003', (doc) => delete doc.activity_name, 'activity_id: beside 99 stands undefined'],
  ['a wrong type', '6003', (doc) => (doc.time = '2026-11-01'), 'time: is no timestamp_t'],
  ['a fraction', '6003', (doc) => (doc.time += 0.5), 'time: is no timestamp_t'],
  ['a text for an object', '6003', (doc) => (doc.actor.user = 'ada'), 'actor.user: is no user'],
  ['one for a list', '3005', (doc) => (doc.privileges = 'owner'), 'privileges: is not an array'],
  ['an empty list', '3005', (doc) => (doc.privileges = []), 'privileges: is not an array'],
  ['nothing', '6003', (doc) => (doc.message = null), 'message: is no string_t'],
  ['an address that is none', '6003', (doc) => (doc.src_endpoint.ip = 'here'), 'src_endpoint.ip: is no ip_t'],
  ['an e-mail that is none', '3004', (doc) => (doc.actor.user.email_addr = 'ada'), 'is no email_t'],
  ['an unknown attribute', '6003', (doc) => (doc.tenant = 'acme'), 'tenant: is no attribute of API Activity'],
  ['one deep inside', '6003', (doc) => (doc.actor.user.age = 7), 'actor.user.age: is no attribute of User'],
  ['another class’s', '3001', (doc) => (doc.entity = { uid: '1' }), 'entity: is no attribute of Account'],
  ['none of several', '3002', (doc) => delete doc.service, 'needs one of service,dst_endpoint'],
  ['an empty user', '3001', (doc) => (doc.user = { type_id: 1 }), 'user.: needs one of account,name,uid'],
  ['a profile not named', '6003', (doc) => doc.metadata.profiles.shift(), 'cloud: needs the profile cloud'],
  ['no profiles', '6003', (doc) => delete doc.metadata.profiles, 'action_id: needs the profile security'],
  ['one too many', '3004', (doc) => (doc.metadata.profiles = ['trace']), 'trace is no profile of the class'],
  ['a deprecated one', '3001', (doc) => (doc.actor.invoked_by = 'x'), 'actor.invoked_by: is deprecated'],
  ['a wrong type_uid', '6003', (doc) => (doc.type_uid = 600301), 'type_uid: is not 600399'],
  [
    'a wrong type_name',
    '3001',
    (doc) => (doc.type_name = 'Other'),
    'type_name: is not Account Change: Attach',
  ],
  ['a wrong category', '6003', (doc) => (doc.category_uid = 3), 'category_uid: is not 6'],
  ['another version', '6003', (doc) => (doc.metadata.version = '1.7.0'), 'metadata.version: is not 1.8.0'],
])('%s', (_what, number, spoil, fault) => {
  const doc = document(number);
  expect(faultsOf(doc)).toEqual([]);
  spoil(doc);
  expect(faultsOf(doc)).toEqual(expect.arrayContaining([expect.stringContaining(fault)]));
});

test('exactly one of two is neither none nor both', () => {
  const { user, privileges, resources: _none, ...rest } = document('3005');
  const session = (more: object) => ({
    ...rest,
    user,
    class_uid: 3003,
    class_name: 'Authorize Session',
    type_uid: 300301,
    type_name: 'Authorize Session: Assign Privileges',
    ...more,
  });
  expect(faultsOf(session({ privileges }))).toEqual([]);
  for (const wrong of [{}, { privileges, group: { name: 'admins' } }])
    expect(faultsOf(session(wrong))).toEqual([': needs exactly one of privileges,group']);
});

test.each(documents)('no value of %s may be of another type, and no object may have more', (_name, whole) => {
  const { unmapped: _free, ...doc } = whole;
  let tried = 0;
  const spoil = (place: Spoilt) => {
    for (const [key, value] of Object.entries(place)) {
      if (key === 'data') continue;
      if (typeof value === 'object') spoil(value);
      else {
        tried++;
        place[key] = { not: 'this' };
        expect([key, faultsOf(doc)]).not.toEqual([key, []]);
        place[key] = value;
      }
    }
    if (Array.isArray(place)) return;
    place.more = 1;
    expect(faultsOf(doc)).not.toEqual([]);
    delete place.more;
  };
  spoil(doc);
  expect(tried).toBeGreaterThan(20);
  expect(faultsOf(doc)).toEqual([]);
});
