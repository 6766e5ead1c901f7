/** The same documents before a judge that shares nothing with ours: JSON Schemas that ocsf-json-schema (PyPI) makes of the
 * schema server's own export of 1.8.0. https://pypi.org/project/ocsf-json-schema/ */
import { spawnSync } from 'node:child_process';
import { expect, test } from '@jest/globals';
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import fc from 'fast-check';
import { type OcsfDocument, toOcsf } from '../../../../src/domain/mappers/index.ts';
import { pythonPart } from '../../../services/python-part.ts';
import { CORPUS } from '../corpus.ts';
import { anyEvent } from './arbitrary-events.ts';

const part = pythonPart('ocsf-json-schema', '1.2.0');
if ('missing' in part) console.log(`Left out: OCSF documents before a second judge (${part.missing}).`);
const withPart = 'missing' in part ? test.skip : test;

const MAKE_SCHEMAS = `
import json, sys
from ocsf_json_schema import OcsfJsonSchemaEmbedded, get_ocsf_schema
made = OcsfJsonSchemaEmbedded(get_ocsf_schema(version='1.8.0'))
print(json.dumps([made.get_class_schema(made.lookup_class_name_from_uid(uid), profiles) for uid, profiles in json.load(sys.stdin)]))
`;

type Kind = readonly [classUid: number, profiles: readonly string[]];
const kindOf = ({ class_uid, metadata }: OcsfDocument): Kind => [
  class_uid,
  (metadata.profiles ?? []) as readonly string[],
];

/** A validator for each class with each set of profiles that the documents have. */
function judgesOf(documents: readonly OcsfDocument[]): ReadonlyMap<string, ValidateFunction> {
  const kinds = [...new Set(documents.map((document) => JSON.stringify(kindOf(document))))];
  const { stdout, stderr } = spawnSync('python' in part ? part.python : '', ['-c', MAKE_SCHEMAS], {
    input: `[${kinds}]`,
    encoding: 'utf8',
    maxBuffer: 1 << 30,
  });
  if (stdout === '') throw new Error(stderr);
  // Each schema bears its own copy of the objects, under the same ids.
  return new Map(
    (JSON.parse(stdout) as object[]).map((schema, i) => [
      kinds[i] as string,
      new Ajv2020({ strict: false, validateFormats: false }).compile(schema),
    ]),
  );
}

test('the second judge is there in CI', () => {
  if (process.env.CI) expect(part).not.toHaveProperty('missing');
});

withPart(
  'it finds every real record valid, and any event',
  () => {
    const documents = [...CORPUS, ...fc.sample(anyEvent, { numRuns: 100, seed: 6 })].map(toOcsf);
    const judges = judgesOf(documents);
    expect(judges.size).toBeGreaterThan(20);
    for (const document of documents) {
      const isValid = judges.get(JSON.stringify(kindOf(document)));
      // As it is sent.
      isValid?.(JSON.parse(JSON.stringify(document)));
      expect([document.metadata.uid, isValid?.errors]).toEqual([document.metadata.uid, null]);
    }
  },
  180_000,
);

withPart('it refuses what is spoilt', () => {
  const [document] = CORPUS.map(toOcsf).filter(({ class_uid }) => class_uid === 3005);
  if (!document) throw new Error('no record of User Access Management');
  const isValid = judgesOf([document]).get(JSON.stringify(kindOf(document)));
  expect(isValid?.(document)).toBe(true);
  const { privileges: _required, ...without } = document;
  for (const wrong of [without, { ...document, tenant: 'acme' }, { ...document, status_id: 3 }])
    expect(isValid?.(wrong)).toBe(false);
});
