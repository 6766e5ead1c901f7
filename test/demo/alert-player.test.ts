import { expect, test } from '@jest/globals';
import { playAlerts } from '../../demo/alert-player.ts';
import { ALERT_STORIES, ROUND_SECONDS } from '../../demo/alert-stories.ts';
import { bundledRecords } from '../../demo/player.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { parseAlert } from '../../src/domain/alert/parse-alert.ts';

const START_MS = Date.UTC(2026, 10, 1);

/** Plays so many rounds on a clock that only sleeping moves. */
async function played(rounds: number, events = bundledRecords()) {
  const stop = new AbortController();
  const notices: { readonly alert: Alert; readonly atMs: number }[] = [];
  let nowMs = START_MS;
  const player = playAlerts({
    url: 'http://127.0.0.1:4100/',
    signal: stop.signal,
    now: () => nowMs,
    sleep: async (ms) => {
      nowMs += Math.max(0, ms);
      if (nowMs >= START_MS + rounds * ROUND_SECONDS * 1_000) stop.abort();
    },
    publish: async (alert) => void notices.push({ alert, atMs: nowMs }),
  });
  for (const event of events) player.saw(event);
  await player.done;
  return notices;
}

test('every notice is one that the bus takes as it is, marked as demo, of now', async () => {
  for (const { alert, atMs } of await played(1)) {
    expect(parseAlert(alert)).toEqual(alert);
    expect(alert.labels).toEqual({ demo: 'true' });
    expect(Date.parse(alert.occurredAt)).toBe(atMs);
  }
});

test('each alert is told from its firing to its end, in order, counting up', async () => {
  const notices = (await played(1)).map(({ alert }) => alert);
  const byAlert = Map.groupBy(notices, ({ alertId }) => alertId);

  expect(byAlert.size).toBe(ALERT_STORIES.length);
  for (const told of byAlert.values()) {
    expect(told.map(({ sequence }) => sequence)).toEqual(told.map((_, i) => i + 1));
    expect(told[0]).toMatchObject({ change: 'fired', status: 'firing' });
    expect(told.at(-1)).toMatchObject({
      change: 'resolved',
      status: 'resolved',
      resolvedBy: expect.anything(),
    });
    expect(told.map(({ count }) => count)).toEqual(told.map(({ count }) => count).sort((a, b) => a - b));
  }
  expect(new Set(notices.map(({ change }) => change)).size).toBe(5);
  expect(new Set(notices.map(({ tenantId }) => tenantId))).toEqual(new Set(['acme', 'globex', 'initech']));
});

test('alerts tell of events that were played; what has not been played is not told of', async () => {
  const ids = new Set(bundledRecords().map(({ id }) => id));
  const samples = (await played(1)).flatMap(({ alert }) => alert.samples ?? []);

  expect(samples.length).toBeGreaterThan(10);
  expect(samples.every(({ id }) => ids.has(id))).toBe(true);
  expect(new Set((await played(1, [])).map(({ alert }) => alert.rule.kind))).toEqual(new Set(['silence']));
});

test('the next round has alerts of its own', async () => {
  const ids = (await played(2)).map(({ alert }) => alert.alertId);

  expect(new Set(ids).size).toBe(2 * ALERT_STORIES.length);
});
