import { expect, test } from '@jest/globals';
import { broadcastCounts } from '../../src/aws/broadcast-counts.ts';
import { countAppended } from '../../src/aws/count-appended.ts';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import {
  BROADCAST_METRICS,
  CONSUMER_METRICS,
  FUNCTION_DIMENSION,
  QUEUE_DIMENSION,
} from '../../src/domain/metrics.ts';
import { positionAt } from '../../src/domain/position.ts';

function counted(counts: Readonly<Record<string, number>>): readonly string[] {
  const lines: string[] = [];
  const count = makeCountMetrics({
    dimension: { name: QUEUE_DIMENSION, value: 'record' },
    now: () => 1_000,
    write: (line) => lines.push(line),
  });
  count(counts);
  return lines;
}

test('counts become one line that CloudWatch reads as metrics of the queue', () => {
  const [line, ...more] = counted({ [CONSUMER_METRICS.recorded]: 7, [CONSUMER_METRICS.rejected]: 1 });

  expect(more).toEqual([]);
  expect(JSON.parse(line ?? '')).toEqual({
    _aws: {
      Timestamp: 1_000,
      CloudWatchMetrics: [
        {
          Namespace: 'AuditStream',
          Dimensions: [['Queue']],
          Metrics: [
            { Name: 'Recorded', Unit: 'Count' },
            { Name: 'Rejected', Unit: 'Count' },
          ],
        },
      ],
    },
    Queue: 'record',
    Recorded: 7,
    Rejected: 1,
  });
});

test('what is 0 is no line', () => {
  expect(counted({ Recorded: 0 })).toEqual([]);
  expect(counted({ Recorded: 2, Rejected: 0 })[0]).not.toContain('Rejected');
});

test('each count of a broadcast has its metric, and an event of which nothing was pushed counts once', () => {
  const report = {
    matched: 6,
    sent: 1,
    gone: 2,
    throttled: 3,
    failed: 4,
    late: 5,
    handedOff: 0,
    refused: 'unavailable',
  } as const;
  const lines: string[] = [];
  makeCountMetrics({
    dimension: { name: FUNCTION_DIMENSION, value: 'broadcast' },
    write: (line) => lines.push(line),
  })(broadcastCounts(report));

  const said = JSON.parse(lines[0] ?? '') as Record<string, unknown>;
  expect(Object.values(BROADCAST_METRICS).map((name) => said[name])).toEqual([6, 1, 2, 3, 4, 5, 1]);
});

test('what the trail appended, and what it had already, are counted apart; a conflict is neither', async () => {
  const counts: Readonly<Record<string, number>>[] = [];
  const trail = {
    append: async () => [
      { kind: 'appended', position: positionAt(1) },
      { kind: 'duplicate' },
      { kind: 'appended', position: positionAt(2) },
      { kind: 'id_conflict' },
    ],
  } as unknown as Parameters<typeof countAppended>[0];

  const appended = await countAppended(trail, (counted) => void counts.push(counted)).append([]);

  expect(appended).toHaveLength(4);
  expect(counts).toEqual([{ Recorded: 2, Duplicates: 1 }]);
});
