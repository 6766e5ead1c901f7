/** A Lambda behind a queue: hands a batch to its consumer and settles each message by its outcome. A message leaves the
 * queue only when it is delivered or safe among the dead letters. */
import { CONSUMER_METRICS } from '../../domain/metrics.ts';
import { isGivenUp, type QueuedRoute } from '../../domain/topology.ts';
import { causeOf, type Log } from '../../stream/log.ts';
import type { Consumer, Outcome, QueueMessage } from '../../stream/ports.ts';
import type { CountMetrics } from '../count-metrics.ts';
import { deadLetterAttributes, type GivenUp } from './dead-letter-attributes.ts';
import type { QueueCalls } from './queue-calls.ts';
import { renewed } from './renew.ts';
import { type ReadRecord, readRecord, type SqsRecord } from './sqs-record.ts';

export interface QueueHandlerOptions {
  readonly route: Pick<QueuedRoute, 'name' | 'maxReceives' | 'patienceMs'>;
  readonly queueUrl: string;
  readonly deadLetterQueueUrl: string;
  readonly consumer: Consumer;
  readonly calls: Pick<QueueCalls, 'send' | 'changeVisibility'>;
  readonly log: Log;
  /** Told the counts of each batch, by metric. */
  readonly count?: CountMetrics;
  readonly now?: () => number;
  readonly random?: () => number;
}

/** What Lambda wants back: these messages stay in the queue, all others are deleted. It reads it only where the event
 * source mapping says `ReportBatchItemFailures`.
 * https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html#services-sqs-batchfailurereporting */
export interface BatchResponse {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export type QueueHandler = (event: { readonly Records: readonly SqsRecord[] }) => Promise<BatchResponse>;

/** Never throws: a throw would give back the whole batch, the delivered ones too. */
export function makeQueueHandler(options: QueueHandlerOptions): QueueHandler {
  const { route, queueUrl, deadLetterQueueUrl, consumer, calls, log } = options;
  const { now = Date.now, random = Math.random } = options;
  const count = options.count ?? (() => {});

  return async ({ Records }) => {
    const taken = Records.map((record) => ({ record, read: readRecord(record) }));
    const outcomes = await outcomesOf(taken.map(({ read }) => read));
    const given: Taken[] = [];
    const kept: Kept[] = [];
    const old: Kept[] = [];
    let misconfigured = 0;
    for (const [i, { record, read }] of taken.entries()) {
      const outcome = outcomes[i] as Outcome;
      const end = endOf(outcome, read);
      if (outcome.kind === 'misconfigured') misconfigured++;
      if (end) given.push({ record, read, end });
      else if (outcome.kind === 'retry' || outcome.kind === 'misconfigured') {
        (isNearRedrive(record) ? old : kept).push({ record, read, seconds: secondsUntil(outcome, read) });
      }
    }
    const notBuried = await bury(given);
    const notRenewed = await renew(old);
    const staying = [...kept, ...notRenewed];
    await putOff(staying);
    count({
      [CONSUMER_METRICS.received]: Records.length,
      [CONSUMER_METRICS.rejected]: given.length - notBuried.length,
      [CONSUMER_METRICS.retried]: kept.length + old.length + notBuried.length,
      ...(misconfigured > 0 && { [CONSUMER_METRICS.misconfigured]: misconfigured }),
    });
    return {
      batchItemFailures: [...notBuried, ...staying].map(({ record }) => ({
        itemIdentifier: record.messageId,
      })),
    };
  };

  /** One outcome a message; what is no event of the bus never reaches the consumer. */
  async function outcomesOf(reads: readonly ReadRecord[]): Promise<readonly Outcome[]> {
    const messages = reads.filter((read): read is QueueMessage => read.event !== undefined);
    const answers = await consume(messages);
    const outcomes = new Map(messages.map((message, i) => [message as ReadRecord, answers[i]]));
    return reads.map((read) =>
      read.event === undefined ? INVALID : (outcomes.get(read) ?? retry('the consumer gave no outcome')),
    );
  }

  async function consume(messages: readonly QueueMessage[]): Promise<readonly Outcome[]> {
    if (messages.length === 0) return [];
    try {
      return await consumer(messages);
    } catch (error) {
      log('error', 'the batch is tried again', { route: route.name, cause: causeOf(error) });
      return messages.map(() => retry(causeOf(error)));
    }
  }

  function endOf(outcome: Outcome, read: ReadRecord): GivenUp | undefined {
    if (outcome.kind === 'delivered') return undefined;
    if (outcome.kind === 'rejected') return outcome;
    const { reason: detail, status } = outcome;
    return isGivenUp(route, read, now()) ? { reason: 'retries_exhausted', detail, status } : undefined;
  }

  /** Answers those that could not be stored: they stay, and at the end the queue's own redrive takes them. */
  async function bury(given: readonly Taken[]): Promise<readonly Taken[]> {
    if (given.length === 0) return [];
    const failures = await calls.send(
      deadLetterQueueUrl,
      given.map(({ record, read, end }) => ({
        body: record.body,
        attributes: deadLetterAttributes(read, end),
      })),
    );
    return given.filter((_, i) => {
      const cause = failures[i];
      if (cause !== undefined) log('error', 'dead letter not stored', { route: route.name, cause });
      return cause !== undefined;
    });
  }

  function isNearRedrive({ attributes }: SqsRecord): boolean {
    return (
      route.patienceMs !== undefined && Number(attributes.ApproximateReceiveCount) >= route.maxReceives - 1
    );
  }

  /** Answers those that could not be sent anew: they stay. */
  async function renew(old: readonly Kept[]): Promise<readonly Kept[]> {
    if (old.length === 0) return [];
    const failures = await calls.send(
      queueUrl,
      old.map(({ record, read, seconds }) => renewed(record.body, read, seconds)),
    );
    return old.filter((_, i) => failures[i] !== undefined);
  }

  /** Where that fails, a message comes back when its visibility ends by itself. */
  async function putOff(kept: readonly Kept[]): Promise<void> {
    if (kept.length === 0) return;
    const failures = await calls.changeVisibility(
      queueUrl,
      kept.map(({ record: { receiptHandle }, seconds }) => ({ receiptHandle, seconds })),
    );
    const cause = failures.find((failure) => failure !== undefined);
    if (cause !== undefined) log('warn', 'visibility not changed', { route: route.name, cause });
  }

  /** Full jitter, unless the outcome says when. */
  function secondsUntil(
    { afterMs }: Extract<Outcome, { kind: 'retry' | 'misconfigured' }>,
    { receiveCount }: ReadRecord,
  ): number {
    const backOffMs = random() * Math.min(MAX_BACK_OFF_MS, 1_000 * 2 ** receiveCount);
    return Math.ceil(Math.max(0, Math.min(MAX_DELAY_MS, afterMs ?? backOffMs)) / 1_000);
  }
}

interface Taken {
  readonly record: SqsRecord;
  readonly read: ReadRecord;
  readonly end: GivenUp;
}

interface Kept {
  readonly record: SqsRecord;
  readonly read: ReadRecord;
  readonly seconds: number;
}

function retry(reason: string): Outcome {
  return { kind: 'retry', reason };
}

const INVALID: Outcome = {
  kind: 'rejected',
  reason: 'invalid_message',
  detail: 'the body is not an event of the bus in JSON',
};
const MAX_BACK_OFF_MS = 60_000;
/** SQS hides for 12 h at most, counted from the receipt: a little less, since the batch took its time. */
const MAX_DELAY_MS = 11 * 60 * 60 * 1_000;
