import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from '@jest/globals';
import { StoreError } from '../../src/local/store/database.ts';
import { anAuditEvent } from '../domain/event/an-audit-event.ts';
import { aHome, aToken, eventually, post } from './a-home.ts';
import { aViewer } from './a-viewer.ts';

const folder = mkdtempSync(join(tmpdir(), 'audit-stream-home-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('an event goes in over HTTP and comes out on the socket of a viewer of its tenant, and of no other', async () => {
  const home = await aHome();
  const acme = await aViewer(home.streamUrl, await aToken(home, { tenant: 'acme' }));
  const globex = await aViewer(home.streamUrl, await aToken(home, { tenant: 'globex' }));
  await acme.subscribe();
  await globex.subscribe();

  const answer = await post(`${home.url}/events`, anAuditEvent({ id: 'of-acme', tenantId: 'acme' }));
  await post(`${home.url}/events`, anAuditEvent({ id: 'of-globex', tenantId: 'globex' }));

  expect(answer.status).toBe(200);
  expect(await answer.json()).toEqual({
    accepted: 1,
    refused: 0,
    results: [{ id: 'of-acme', status: 'accepted' }],
  });
  expect((await acme.hear('event')).event.id).toBe('of-acme');
  expect((await globex.hear('event')).event.id).toBe('of-globex');
  expect(acme.heard.filter(({ type }) => type === 'event')).toHaveLength(1);
});

test('what was accepted is in the trail, and the books balance', async () => {
  const home = await aHome();
  await post(`${home.url}/events`, [anAuditEvent({ id: 'a' }), anAuditEvent({ id: 'b' })]);
  const accounts = await eventually(async () => {
    const found = await home.store.accounts();
    return found.hops.every(({ waiting }) => waiting === 0) && found;
  });
  expect(accounts.unaccounted).toEqual([]);
  expect(accounts.hops.every(({ in: taken, out }) => taken === 2 && out === 2)).toBe(true);
});

test('a token and an event outlive a restart', async () => {
  const dataDir = join(folder, 'restart');
  const first = await aHome({ dataDir });
  const token = await aToken(first);
  await post(`${first.url}/events`, anAuditEvent({ id: 'before' }));
  await first.close();

  const second = await aHome({ dataDir, port: first.port });
  const viewer = await aViewer(second.streamUrl, token);
  const again = await post(`${second.url}/events`, anAuditEvent({ id: 'before' }));
  expect((await viewer.hear('welcome')).tenantId).toBe('acme');
  expect(await again.json()).toMatchObject({ results: [{ status: 'duplicate' }] });
});

test('a second home on the same data folder does not start, and says why', async () => {
  const dataDir = join(folder, 'taken');
  await aHome({ dataDir });
  await expect(aHome({ dataDir })).rejects.toThrow(StoreError);
});

test('closing says goaway to viewers and closes with a code that asks them to come again', async () => {
  const home = await aHome();
  const viewer = await aViewer(home.streamUrl, await aToken(home));
  await home.close();
  expect((await viewer.hear('goaway')).reason).toBe('the server is shutting down');
  expect((await viewer.closed).code).toBe(3001);
});
