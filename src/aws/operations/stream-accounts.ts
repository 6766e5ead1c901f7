/** The books of a deployment: CloudWatch's counts of a day, and what its queues hold now. */
import { GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { Accounts } from '../../domain/accounts.ts';
import { CONSUMER_METRICS, METRIC_NAMESPACE, QUEUE_DIMENSION } from '../../domain/metrics.ts';
import { TOPOLOGY } from '../../domain/topology.ts';
import { causeOf } from '../../stream/log.ts';
import { booksOf, queueBooksOf } from './books.ts';
import { type MetricFigures, type MetricName, PERIOD_MS, type Span } from './metric-figures.ts';

export interface StreamAccountsOptions {
  readonly figures: MetricFigures;
  readonly sqs: Pick<SQSClient, 'send'>;
  readonly busName: string;
  /** As CloudFormation names it: `bus|rule` on a bus of one's own. */
  readonly recordRuleName: string;
  readonly recordQueueUrl: string;
  readonly recordDeadLetterQueueUrl: string;
  /** The queue before the rules, where there is one. */
  readonly detect?: () => Promise<{ readonly queueUrl: string; readonly deadLettersUrl: string } | undefined>;
  readonly now: () => number;
}

const DETECT_HOP = `bus → ${TOPOLOGY.detect.name}`;
const WINDOW_MS = 24 * 60 * 60 * 1_000;
/** CloudWatch's points come late. */
const LAG_MS = 5 * 60 * 1_000;

export function makeStreamAccounts(options: StreamAccountsOptions): () => Promise<Accounts> {
  const { figures, sqs, recordQueueUrl, recordDeadLetterQueueUrl, now } = options;
  const metrics = metricNames(options);

  return async () => {
    const asOfMs = Math.floor((now() - LAG_MS) / PERIOD_MS) * PERIOD_MS;
    const span = { fromMs: asOfMs - WINDOW_MS, toMs: asOfMs };
    const [counted, atFirst, atLast, waiting, dead, rules] = await Promise.allSettled([
      figures.sums(metrics.counts, span),
      figures.before(metrics.levels, span.fromMs),
      figures.before(metrics.levels, span.toMs),
      held(recordQueueUrl),
      held(recordDeadLetterQueueUrl),
      detectBooks(span),
    ]);
    const troubles = [counted, atFirst, atLast, waiting, dead, rules].flatMap((result) =>
      result.status === 'rejected' ? [`A figure could not be had: ${causeOf(result.reason)}`] : [],
    );
    const books = booksOf({
      ...NO_FIGURES,
      ...(valueIn(counted) ?? {}),
      ...levels(valueIn(atFirst), 'waitingBefore', 'deadBefore'),
      ...levels(valueIn(atLast), 'waiting', 'dead'),
    });
    const isWhole = [counted, atFirst, atLast].every(({ status }) => status === 'fulfilled');
    return {
      asOfMs,
      hops: [
        ...(isWhole ? books.hops : books.hops.map(unknownHop)),
        ...(rules.status === 'fulfilled' ? rules.value.hops : [unknownHop({ name: DETECT_HOP })]),
      ],
      unaccounted: [],
      notes: [
        ...howToRead(span),
        ...nowHeld(valueIn(waiting), valueIn(dead)),
        ...movedByPeople(valueIn(counted)),
        ...(isWhole ? (books.notes ?? []) : []),
        ...(valueIn(rules)?.notes ?? []),
        ...new Set(troubles),
      ],
    };
  };

  async function detectBooks(span: Span): Promise<Pick<Accounts, 'hops' | 'notes'>> {
    const queue = await options.detect?.();
    if (!queue) return { hops: [], notes: [] };
    const names = queueMetricNames(queue.queueUrl, queue.deadLettersUrl);
    const [counted, atFirst, atLast] = await Promise.all([
      figures.sums(names.settled, span),
      figures.before(names.levels, span.fromMs),
      figures.before(names.levels, span.toMs),
    ]);
    return queueBooksOf(DETECT_HOP, {
      ...counted,
      ...levels(atFirst, 'waitingBefore', 'deadBefore'),
      ...levels(atLast, 'waiting', 'dead'),
    });
  }

  async function held(queueUrl: string): Promise<number> {
    const { Attributes } = await sqs.send(
      new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: [...HELD] }),
    );
    return HELD.reduce((sum, name) => sum + Number(Attributes?.[name] ?? 0), 0);
  }
}

const HELD = [
  'ApproximateNumberOfMessages',
  'ApproximateNumberOfMessagesNotVisible',
  'ApproximateNumberOfMessagesDelayed',
] as const;

function metricNames({
  busName,
  recordRuleName,
  recordQueueUrl,
  recordDeadLetterQueueUrl,
}: StreamAccountsOptions) {
  const rule = recordRuleName.slice(recordRuleName.lastIndexOf('|') + 1);
  const ofRule = (name: string): MetricName => ({
    namespace: 'AWS/Events',
    name,
    // A rule of the default bus is named without it.
    dimensions: { ...(busName !== 'default' && { EventBusName: busName }), RuleName: rule },
  });
  const { settled, levels, own } = queueMetricNames(recordQueueUrl, recordDeadLetterQueueUrl);
  const { received, retried, ...counts } = settled;
  return {
    counts: {
      ...counts,
      invoked: ofRule('Invocations'),
      givenUpByBus: ofRule('InvocationsSentToDlq'),
      recorded: own(CONSUMER_METRICS.recorded),
      duplicates: own(CONSUMER_METRICS.duplicates),
    },
    levels,
  };
}

function queueMetricNames(queueUrl: string, deadLettersUrl: string) {
  const queueName = nameOf(queueUrl);
  const ofQueue = (queue: string, name: string): MetricName => ({
    namespace: 'AWS/SQS',
    name,
    dimensions: { QueueName: queue },
  });
  const own = (name: string): MetricName => ({
    namespace: METRIC_NAMESPACE,
    name,
    dimensions: { [QUEUE_DIMENSION]: queueName },
  });
  const level = (queue: string) => (state: 'Visible' | 'NotVisible' | 'Delayed') =>
    ofQueue(queue, `ApproximateNumberOfMessages${state}`);
  const waiting = level(queueName);
  const dead = level(nameOf(deadLettersUrl));
  return {
    own,
    settled: {
      queued: ofQueue(queueName, 'NumberOfMessagesSent'),
      received: own(CONSUMER_METRICS.received),
      retried: own(CONSUMER_METRICS.retried),
      rejected: own(CONSUMER_METRICS.rejected),
      replayed: own(CONSUMER_METRICS.replayed),
      purged: own(CONSUMER_METRICS.purged),
    },
    levels: {
      waitingVisible: waiting('Visible'),
      waitingInFlight: waiting('NotVisible'),
      waitingDelayed: waiting('Delayed'),
      deadVisible: dead('Visible'),
      deadInFlight: dead('NotVisible'),
    },
  };
}

type Levels = Readonly<
  Record<
    'waitingVisible' | 'waitingInFlight' | 'waitingDelayed' | 'deadVisible' | 'deadInFlight',
    number | undefined
  >
>;

function levels<W extends string, D extends string>(
  found: Levels | undefined,
  waiting: W,
  dead: D,
): Partial<Record<W | D, number | undefined>> {
  if (found === undefined) return {};
  return {
    [waiting]: sumOf(found.waitingVisible, found.waitingInFlight, found.waitingDelayed),
    [dead]: sumOf(found.deadVisible, found.deadInFlight),
  } as Partial<Record<W | D, number | undefined>>;
}

/** Of those that are there; SQS leaves out a state in which a queue never had a message. */
function sumOf(...counts: readonly (number | undefined)[]): number | undefined {
  const known = counts.filter((count) => count !== undefined);
  return known.length === 0 ? undefined : known.reduce((sum, count) => sum + count, 0);
}

const NO_FIGURES = {
  invoked: undefined,
  givenUpByBus: undefined,
  queued: undefined,
  recorded: undefined,
  duplicates: undefined,
  rejected: undefined,
  replayed: undefined,
  purged: undefined,
  waitingBefore: undefined,
  waiting: undefined,
  deadBefore: undefined,
  dead: undefined,
};

function unknownHop({ name }: { readonly name: string }) {
  return { name, in: null, out: null, waiting: null, dead: null, unaccounted: null };
}

function howToRead({ fromMs, toMs }: Span): readonly string[] {
  const time = (ms: number) => new Date(ms).toISOString().replace(':00.000Z', 'Z');
  return [
    `Counted by CloudWatch from ${time(fromMs)} to ${time(toMs)}. It does not promise every count: believe a small difference when it stays.`,
  ];
}

function nowHeld(waiting: number | undefined, dead: number | undefined): readonly string[] {
  if (waiting === undefined || dead === undefined) return [];
  return [`Now: ${waiting} waiting, ${dead} in the dead-letter queue.`];
}

function movedByPeople(counted: { replayed?: number | undefined; purged?: number | undefined } = {}) {
  const { replayed = 0, purged = 0 } = counted;
  if (replayed + purged === 0) return [];
  return [
    `Of its dead letters ${replayed} were replayed and ${purged} purged by people; the audit events dead_letters.* say by whom.`,
  ];
}

function nameOf(queueUrl: string): string {
  return queueUrl.slice(queueUrl.lastIndexOf('/') + 1);
}

function valueIn<T>(result: PromiseSettledResult<T>): T | undefined {
  return result.status === 'fulfilled' ? result.value : undefined;
}
