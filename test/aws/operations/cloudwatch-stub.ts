/** CloudWatch's GetMetricData on this machine: the SDK's own JSON protocol, points a minute, periods, pages, faults.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';

export interface CloudWatchStub {
  readonly client: CloudWatchClient;
  /** One point; those of the same minute add up for `Sum`. */
  put(name: string, dimensions: Readonly<Record<string, string>>, atMs: number, value: number): void;
  /** The next requests are answered with this error. */
  fail(status: number, type: string): void;
  /** The next results have this status instead of `Complete`. */
  spoil(statusCode: string): void;
  readonly requests: number;
  close(): void;
}

interface Query {
  readonly Id: string;
  readonly MetricStat: {
    readonly Metric: {
      readonly Namespace: string;
      readonly MetricName: string;
      readonly Dimensions: readonly { readonly Name: string; readonly Value: string }[];
    };
    readonly Stat: 'Sum' | 'Average';
    readonly Period: number;
  };
}

interface Asked {
  readonly StartTime: number;
  readonly EndTime: number;
  readonly MetricDataQueries: readonly Query[];
  readonly NextToken?: string;
}

/** Small, so that a day takes several pages. */
const POINTS_A_PAGE = 100;

export async function startCloudWatchStub(): Promise<CloudWatchStub> {
  const series = new Map<string, { readonly atMs: number; readonly value: number }[]>();
  let fault: { readonly status: number; readonly type: string } | undefined;
  let spoiled: string | undefined;
  let requests = 0;
  const server = createServer(async (request, response) => {
    requests++;
    const body = await text(request);
    const isAsked = request.headers['x-amz-target'] === 'GraniteServiceVersion20100801.GetMetricData';
    const answer = fault ? { __type: fault.type, message: 'no' } : pageOf(JSON.parse(body) as Asked);
    response.statusCode = fault?.status ?? (isAsked ? 200 : 400);
    response.setHeader('content-type', 'application/x-amz-json-1.0').end(JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');

  function pageOf({ StartTime, EndTime, MetricDataQueries, NextToken = '0' }: Asked) {
    const points = MetricDataQueries.flatMap((query) =>
      pointsOf(query, StartTime * 1000, EndTime * 1000).map((point) => ({ id: query.Id, ...point })),
    );
    const from = Number(NextToken);
    const page = points.slice(from, from + POINTS_A_PAGE);
    const hasMore = points.length > from + POINTS_A_PAGE;
    return {
      MetricDataResults: MetricDataQueries.map(({ Id }) => {
        const mine = page.filter(({ id }) => id === Id);
        return {
          Id,
          Label: Id,
          StatusCode: spoiled ?? (hasMore ? 'PartialData' : 'Complete'),
          Timestamps: mine.map(({ atMs }) => atMs / 1000),
          Values: mine.map(({ value }) => value),
        };
      }),
      ...(hasMore && { NextToken: String(from + POINTS_A_PAGE) }),
    };
  }

  /** Newest first, as `ScanBy` has it unless told. */
  function pointsOf({ MetricStat: { Metric, Stat, Period } }: Query, fromMs: number, toMs: number) {
    const dimensions = Object.fromEntries(Metric.Dimensions.map(({ Name, Value }) => [Name, Value]));
    const found = series.get(keyOf(`${Metric.Namespace}/${Metric.MetricName}`, dimensions)) ?? [];
    const inSpan = found.filter(({ atMs }) => atMs >= fromMs && atMs < toMs);
    const periods = Map.groupBy(inSpan, ({ atMs }) => Math.floor(atMs / (Period * 1000)) * Period * 1000);
    return [...periods]
      .map(([atMs, points]) => {
        const sum = points.reduce((total, { value }) => total + value, 0);
        return { atMs, value: Stat === 'Sum' ? sum : sum / points.length };
      })
      .sort((a, b) => b.atMs - a.atMs);
  }

  return {
    client: new CloudWatchClient({
      endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    }),
    put(name, dimensions, atMs, value) {
      const key = keyOf(name, dimensions);
      series.set(key, [...(series.get(key) ?? []), { atMs, value }]);
    },
    fail: (status, type) => {
      fault = { status, type };
    },
    spoil: (statusCode) => {
      spoiled = statusCode;
    },
    get requests() {
      return requests;
    },
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** A metric is its name with exactly its dimensions, in whatever order. */
function keyOf(name: string, dimensions: Readonly<Record<string, string>>): string {
  return JSON.stringify([name, Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
}
