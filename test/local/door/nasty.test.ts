import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { aClosedHome, BILLING, EVERYWHERE } from '../a-closed-home.ts';
import { post } from '../a-home.ts';

interface Nasty {
  readonly name: string;
  readonly input: unknown;
  readonly expected: string;
}

const FILE = new URL('../../domain/event/data/nasty.ndjson', import.meta.url);
const CASES = readFileSync(FILE, 'utf8')
  .split('\n')
  .filter(Boolean)
  .map((line) => JSON.parse(line) as Nasty);

function inputOf(name: string): unknown {
  const found = CASES.find((one) => one.name === name);
  if (!found) throw new Error(`no case ${name}`);
  return found.input;
}

async function send(events: unknown, key: { readonly secretAccessKey: string }) {
  const { home } = await aClosedHome();
  const answer = await post(`${home.url}/events`, events, { authorization: `Bearer ${key.secretAccessKey}` });
  return {
    status: answer.status,
    ...((await answer.json()) as { results: { status: string; code?: string }[] }),
  };
}

test.each(['tenant_spoof', 'tenant_case_variant'])(
  '%s: a producer of acme does not write into another tenant',
  async (name) => {
    expect(await send(inputOf(name), BILLING)).toMatchObject({
      status: 400,
      results: [{ status: 'refused', code: 'TenantNotAllowed' }],
    });
  },
);

test.each(['tenant_wildcard', 'tenant_array'])(
  '%s: no event, even from a producer that may write everywhere',
  async (name) => {
    expect(await send(inputOf(name), EVERYWHERE)).toMatchObject({
      status: 400,
      results: [{ status: 'refused', code: 'InvalidAuditEvent' }],
    });
  },
);

test('duplicate_id_same_content: taken once, answered as taken twice', async () => {
  expect(await send(inputOf('duplicate_id_same_content'), BILLING)).toMatchObject({
    status: 200,
    results: [{ status: 'accepted' }, { status: 'duplicate' }],
  });
});

test('duplicate_id_different_content: the first stays, the second is refused', async () => {
  expect(await send(inputOf('duplicate_id_different_content'), BILLING)).toMatchObject({
    status: 207,
    results: [{ status: 'accepted' }, { status: 'refused', code: 'IdConflict' }],
  });
});
