/** What a whole home does when its disk or its file will not take anything: it says so, takes nothing, and goes on later. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { seededRandom } from './random.ts';
import { type ServerProcess, startServer } from './server-process.ts';
import { openViewer, type Viewer } from './viewer.ts';

const started: { server?: ServerProcess; viewer?: Viewer } = {};
afterEach(async () => {
  started.viewer?.close();
  await started.server?.dispose();
});

test('a locked file: 503 and a later try, nothing taken, and all goes on once it is free', async () => {
  const { server, viewer } = await aHome();
  const before = await taken(server, 20);

  const other = new DatabaseSync(join(server.dataDir, 'audit-stream.db'), { timeout: 5_000 });
  other.exec('BEGIN IMMEDIATE');
  const refused = await post(server, [anAuditEvent(amber)]);
  other.exec('ROLLBACK');
  other.close();

  expect(refused).toMatchObject({ status: 503, retryAfter: expect.stringMatching(/^\d+$/) });
  expect(refused.message).toContain('locked');
  const after = await taken(server, 20);
  await exactly(viewer, [...before, ...after]);
}, 60_000);

const canLimit = process.platform === 'linux' && hasPrlimit();
(canLimit ? test : test.skip)(
  'a disk that takes no more: 503, nothing taken that is not kept, and all goes on once there is room',
  async () => {
    const { server, viewer } = await aHome();
    const before = await taken(server, 20);

    // No file of the server may grow any more: what a full disk is to a process.
    limitFiles(server.pid, '1024');
    const refused: AuditEvent[] = [];
    const tookAnyway: AuditEvent[] = [];
    await until(async () => {
      const event = anAuditEvent({ ...amber, message: 'x'.repeat(2_000) });
      const { status } = await post(server, [event]);
      (status === 200 ? tookAnyway : refused).push(event);
      return refused.length === 5;
    });
    const answer = await post(server, [anAuditEvent(amber)]);
    limitFiles(server.pid, 'unlimited');

    expect(answer.status).toBe(503);
    expect(answer.message).toMatch(/disk/);
    const after = await taken(server, 20);
    await server.kill();
    await server.start();
    await exactly(viewer, [...before, ...tookAnyway, ...after]);
  },
  60_000,
);

test('kill -9 at any moment: every event that was acknowledged is there afterwards', async () => {
  const { server, viewer } = await aHome();
  const acknowledged: AuditEvent[] = [];
  const inDoubt: AuditEvent[] = [];
  for (let round = 0; round < 4; round++) {
    // At any moment, but not before there is something to lose.
    const wanted = acknowledged.length + 4;
    const kill = until(() => acknowledged.length >= wanted)
      .then(() => new Promise((resolve) => setTimeout(resolve, Math.random() * 100)))
      .then(server.kill);
    let isAlive = true;
    const lanes = Array.from({ length: 6 }, async () => {
      while (isAlive) {
        const event = anAuditEvent(amber);
        const answer = await post(server, [event]).catch(() => undefined);
        (answer?.status === 200 ? acknowledged : inDoubt).push(event);
      }
    });
    await kill;
    isAlive = false;
    await Promise.all(lanes);
    await server.start();
  }
  await until(() => acknowledged.every(({ id }) => viewer.given('all').has(id)));
  expect(acknowledged.length).toBeGreaterThan(10);
  expect(viewer.broken).toEqual([]);
  const known = new Set([...acknowledged, ...inDoubt].map(({ id }) => id));
  expect([...viewer.given('all')].filter((id) => !known.has(id))).toEqual([]);
}, 90_000);

const amber = { tenantId: 'amber' };

async function aHome(): Promise<{ server: ServerProcess; viewer: Viewer }> {
  const server = await startServer();
  started.server = server;
  const viewer = await openViewer({
    name: 'ada',
    tenant: 'amber',
    url: server.streamUrl,
    getToken: () => server.token('amber'),
    subs: { all: {} },
    random: seededRandom(1),
  });
  started.viewer = viewer;
  return { server, viewer };
}

async function taken(server: ServerProcess, count: number): Promise<AuditEvent[]> {
  const events = Array.from({ length: count }, () => anAuditEvent(amber));
  await until(async () => (await post(server, events)).status === 200);
  return events;
}

async function exactly(viewer: Viewer, events: readonly AuditEvent[]): Promise<void> {
  await until(() => events.every(({ id }) => viewer.given('all').has(id)));
  expect([...viewer.given('all')].sort()).toEqual(events.map(({ id }) => id).sort());
  expect(viewer.broken).toEqual([]);
}

async function post(server: ServerProcess, events: readonly AuditEvent[]) {
  const answer = await fetch(`${server.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  return {
    status: answer.status,
    retryAfter: answer.headers.get('retry-after'),
    message: await answer.text(),
  };
}

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

function limitFiles(pid: number, bytes: string): void {
  execFileSync('prlimit', ['--pid', String(pid), `--fsize=${bytes}:`]);
}
