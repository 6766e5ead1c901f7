/** From an event to Slack, on one machine: before `POST /events`, to the first byte of the message at a vendor beside it, and
 * to a viewer. Everything is the real one but Slack. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findAccess } from '../bin/access.ts';
import { percentilesOf } from '../bin/latency/percentiles.ts';
import { bundledRecords, play } from '../demo/player.ts';
import { AuditStreamClient } from '../src/client/audit-stream-client.ts';
import type { AuditEvent } from '../src/domain/event/audit-event.ts';
import { parseRules } from '../src/domain/rules/parse-rules.ts';
import { startHome } from '../src/local/home.ts';
import { aDestination } from '../test/sink/a-delivery.ts';
import { aVendor } from '../test/sink/a-vendor.ts';

const TOKEN = 'SLACK_TOKEN_OF_THE_BENCH';
/** Slack takes one message a second and channel: less often than that, nothing waits for its pace. */
const PACE_MS = 1_500;

export async function run({
  quick,
}: {
  readonly quick: boolean;
}): Promise<Record<string, readonly object[]>> {
  const count = quick ? 5 : 100;
  const atSlackMs = new Map<string, number>();
  const atViewerMs = new Map<string, number>();
  const vendor = await aVendor(({ path, body }) => {
    if (body === '') return { status: 200 };
    const [id] = /probe-\d+/.exec(body) ?? [];
    if (id !== undefined && path.endsWith('chat.postMessage') && !atSlackMs.has(id))
      atSlackMs.set(id, performance.now());
    return {
      status: 200,
      body: JSON.stringify({ ok: true, channel: 'C0123ABCD', ts: `${Date.now()}.000100` }),
    };
  });
  process.env[TOKEN] = 'xoxb-of-the-bench';
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-bench-alerts-'));
  const slack = { token: { env: TOKEN }, channel: 'C0123ABCD', apiUrl: vendor.url };
  const home = await startHome({
    port: 0,
    dataDir,
    alertRules: rules(),
    destinations: [aDestination('slack', slack)],
    log: () => {},
  });
  const stop = new AbortController();
  const send = async (event: AuditEvent) => {
    await fetch(`${home.url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(event),
    });
  };
  const traffic = play({ eventsPerSecond: 20, signal: stop.signal, send });
  const { streamUrl, getToken } = await findAccess({ url: home.url, tenant: 'acme' }, ['viewer']);
  const viewer = new AuditStreamClient({ url: streamUrl, getToken });
  try {
    viewer.on('alert', ({ alert }) => {
      const [id] = /probe-\d+/.exec(JSON.stringify(alert)) ?? [];
      if (id !== undefined && !atViewerMs.has(id)) atViewerMs.set(id, performance.now());
    });
    viewer.connect();
    await viewer.subscribe('alerts', { alertId: [{ exists: true }] });
    const sentMs = new Map<string, number>();
    for (let i = 0; i < count; i++) {
      const id = `probe-${i}`;
      const [record] = bundledRecords();
      const now = new Date().toISOString();
      sentMs.set(id, performance.now());
      await send({
        ...(record as AuditEvent),
        ...{ id: `bench-${i}`, tenantId: 'acme', action: 'bench.probe', occurredAt: now, recordedAt: now },
        actor: { type: 'user', id },
      });
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
    const rows = { 'to the Slack stand-in': atSlackMs, 'to a viewer': atViewerMs };
    return {
      'an event becomes an alert, ms': Object.entries(rows).map(([way, arrivedMs]) => {
        const took = [...arrivedMs].map(([id, ms]) => ms - (sentMs.get(id) ?? ms));
        return { way, events: count, arrived: took.length, ...percentilesOf(took) };
      }),
    };
  } finally {
    viewer.close();
    stop.abort();
    await traffic.catch(() => undefined);
    await home.close();
    await vendor.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function rules() {
  const { book, faults } = parseRules([
    {
      file: 'bench.yaml',
      value: {
        id: 'probe',
        name: 'A probe',
        why: 'The bench.',
        kind: 'match',
        pattern: { action: ['bench.probe'] },
        groupBy: ['actor.id'],
        severity: 'high',
        title: 'Alert of {actor.id}',
        channels: ['slack'],
        maxAlertsPerHour: 1_000,
        // No update and no end comes in between.
        resolve: { after: '1d' },
        merge: '1d',
      },
    },
  ]);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return book;
}
