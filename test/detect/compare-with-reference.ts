/** Plays random streams and holds what the detector made of them against the reference. */
import { deepStrictEqual } from 'node:assert/strict';
import fc from 'fast-check';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertRecord } from '../../src/domain/alert/alert-record.ts';
import { type Played, playStream } from './play-stream.ts';
import { type ExpectedAlert, expectedAlerts } from './reference.ts';
import { streams } from './streams.ts';

export interface Tally {
  readonly runs: number;
  readonly events: number;
  /** By rule, and how they ended. */
  readonly alerts: Readonly<Record<string, number>>;
  readonly notices: number;
  /** That came to the bus a second time. */
  readonly repeats: number;
  readonly incidents: Played['incidents'];
}

/** Rejects with the smallest stream that it finds where the two differ. */
export async function compareWithReference(
  runs: number,
  seed: number,
  onProgress: (done: number) => void = () => {},
): Promise<Tally> {
  const alerts: Record<string, number> = {};
  const incidents = { died: 0, failed: 0, conflict: 0 };
  const tally = { runs: 0, events: 0, notices: 0, repeats: 0 };
  const property = fc.asyncProperty(streams(), async (stream) => {
    const played = await playStream(stream);
    const expected = expectedAlerts(stream.events, stream.rules, stream.endMs);
    deepStrictEqual(sorted(played.records.map(asExpected)), sorted(expected));
    checkNotices(played);
    for (const { ruleId, resolvedBy = 'open' } of expected) {
      const name = `${ruleId}, ${resolvedBy}`;
      alerts[name] = (alerts[name] ?? 0) + 1;
    }
    for (const each of ['died', 'failed', 'conflict'] as const) incidents[each] += played.incidents[each];
    tally.events += stream.events.length;
    tally.notices += played.notices.length;
    tally.repeats += played.notices.length - new Set(played.notices.map(({ id }) => id)).size;
    onProgress(++tally.runs);
  });
  await fc.assert(property, { numRuns: runs, seed });
  return { ...tally, alerts, incidents };
}

/** A notice that comes twice is the same; those of an alert count up from 1, and the last says what is on record. */
function checkNotices({ records, notices }: Played): void {
  const byId = new Map<string, Alert>();
  for (const notice of notices) {
    deepStrictEqual(notice, byId.get(notice.id) ?? notice);
    byId.set(notice.id, notice);
  }
  const byAlert = Map.groupBy(byId.values(), ({ alertId }) => alertId);
  deepStrictEqual([...byAlert.keys()].sort(), records.map(({ alert }) => alert.alertId).sort());
  for (const { alert, steps } of records) {
    const ofAlert = (byAlert.get(alert.alertId) ?? []).toSorted((a, b) => a.sequence - b.sequence);
    deepStrictEqual(
      ofAlert.map(({ sequence }) => sequence),
      ofAlert.map((_, i) => i + 1),
    );
    deepStrictEqual(ofAlert.at(-1), alert);
    deepStrictEqual(steps.at(-1)?.sequence, alert.sequence);
  }
}

function asExpected({ alert }: AlertRecord): ExpectedAlert {
  const { tenantId, rule, group = {}, firstAt, lastAt, count, resolvedBy } = alert;
  return {
    tenantId,
    ruleId: rule.id,
    group,
    firstAt,
    lastAt,
    count,
    ...(resolvedBy && { resolvedBy: resolvedBy.kind as 'quiet' | 'event' }),
  };
}

function sorted(alerts: readonly ExpectedAlert[]): readonly ExpectedAlert[] {
  const keyOf = ({ tenantId, ruleId, group, firstAt }: ExpectedAlert) =>
    JSON.stringify([tenantId, ruleId, group, firstAt]);
  return alerts.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}
