/** Reads counts from CloudWatch: how many in a span, and how many there were at a moment. */
import {
  type CloudWatchClient,
  GetMetricDataCommand,
  type MetricDataQuery,
  type MetricDataResult,
} from '@aws-sdk/client-cloudwatch';

export interface MetricName {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** Both ends on whole periods. */
export interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Sums are read in points of so long. */
export const PERIOD_MS = 300_000;
const MINUTE_MS = 60_000;

export interface MetricFigures {
  /** By key: the sum over the span, or undefined when CloudWatch has no point in it. Throws what the SDK throws. */
  sums<K extends string>(metrics: Readonly<Record<K, MetricName>>, span: Span): Promise<Figures<K>>;
  /** By key: the last value in the five minutes before `atMs`. */
  before<K extends string>(metrics: Readonly<Record<K, MetricName>>, atMs: number): Promise<Figures<K>>;
}
type Figures<K extends string> = Readonly<Record<K, number | undefined>>;

export function makeMetricFigures(client: Pick<CloudWatchClient, 'send'>): MetricFigures {
  return {
    async sums(metrics, span) {
      const points = await read(metrics, span, 'Sum', PERIOD_MS);
      return figures(metrics, (key) => points.get(key)?.reduce((sum, { value }) => sum + value, 0));
    },
    async before(metrics, atMs) {
      const span = { fromMs: atMs - PERIOD_MS, toMs: atMs };
      const points = await read(metrics, span, 'Average', MINUTE_MS);
      return figures(metrics, (key) => {
        const last = points.get(key)?.reduce((a, b) => (b.atMs > a.atMs ? b : a))?.value;
        return last === undefined ? undefined : Math.round(last);
      });
    },
  };

  async function read(
    metrics: Readonly<Record<string, MetricName>>,
    { fromMs, toMs }: Span,
    stat: 'Sum' | 'Average',
    periodMs: number,
  ): Promise<ReadonlyMap<string, readonly Point[]>> {
    const points = new Map<string, Point[]>();
    let next: string | undefined;
    do {
      const page = await client.send(
        new GetMetricDataCommand({
          StartTime: new Date(fromMs),
          EndTime: new Date(toMs),
          MetricDataQueries: Object.entries(metrics).map(([key, metric]) =>
            query(key, metric, stat, periodMs / 1000),
          ),
          ...(next !== undefined && { NextToken: next }),
        }),
      );
      for (const result of page.MetricDataResults ?? []) add(points, result);
      next = page.NextToken;
    } while (next !== undefined);
    return points;
  }
}

interface Point {
  readonly atMs: number;
  readonly value: number;
}

/** Half of a figure is none. `PartialData` only says that the next page has more. */
function add(
  points: Map<string, Point[]>,
  { Id = '', StatusCode, Timestamps = [], Values = [] }: MetricDataResult,
): void {
  if (StatusCode !== 'Complete' && StatusCode !== 'PartialData')
    throw new Error(`CloudWatch could not read the metric ${Id}: ${StatusCode}`);
  if (Values.length === 0) return;
  const found = Values.map((value, i) => ({ atMs: Number(Timestamps[i]), value }));
  points.set(Id, [...(points.get(Id) ?? []), ...found]);
}

function query(
  id: string,
  { namespace, name, dimensions }: MetricName,
  stat: string,
  periodSeconds: number,
): MetricDataQuery {
  const Dimensions = Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));
  return {
    Id: id,
    MetricStat: {
      Metric: { Namespace: namespace, MetricName: name, Dimensions },
      Stat: stat,
      Period: periodSeconds,
    },
  };
}

function figures<K extends string>(
  metrics: Readonly<Record<K, MetricName>>,
  of: (key: K) => number | undefined,
): Figures<K> {
  const keys = Object.keys(metrics) as K[];
  return Object.fromEntries(keys.map((key) => [key, of(key)])) as Figures<K>;
}
