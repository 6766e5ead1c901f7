/** One real record of each class as the document that an auditor's SIEM gets. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { toOcsf } from '../../../../src/domain/mappers/index.ts';
import { CORPUS } from '../corpus.ts';

const DOCUMENTS = new URL('../../../data/ocsf-documents/', import.meta.url);
const WRITE = process.env.AUDIT_STREAM_WRITE === '1';

const RECORDS: Readonly<Record<string, string>> = {
  '3001-account-change-attach-policy': '01893fc2-f668-7743-8797-f7e02fdce4f9',
  '3002-authentication-account-switch': '01879af5-a2d0-76a1-b927-7319a1c211a6',
  '3004-entity-management-update': '01851c6f-18c2-7d42-8c14-a19451a757ca',
  '3005-user-access-assign': '0193d050-2ed7-7e6f-b614-47a6382fd3ba',
  '3006-group-management-create': '01825d6f-ed5f-7558-81d6-3450ff7ae7f7',
  '6003-api-activity-denied': '018d0cab-c440-7f7c-9fa3-cf271e6e790d',
  '6005-datastore-activity-read': '01869a77-fc00-758f-a62b-f75a01f6957d',
};

test.each(Object.entries(RECORDS))('%s', (name, id) => {
  const event = CORPUS.find((record) => record.id === id);
  if (!event) throw new Error(`no record ${id}`);
  const document = toOcsf(event);
  const file = new URL(`${name}.json`, DOCUMENTS);
  if (WRITE) writeFileSync(file, `${JSON.stringify(document, null, 2)}\n`);
  expect(document.class_uid).toBe(Number(name.slice(0, 4)));
  expect(document).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test('no golden document is left without its record', () => {
  const names = Object.keys(RECORDS).map((name) => `${name}.json`);
  expect(readdirSync(DOCUMENTS).filter((name) => name.endsWith('.json'))).toEqual(names);
});
