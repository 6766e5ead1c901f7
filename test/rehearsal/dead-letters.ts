/** The dead letter of a destination, as an operator finds it, sends it back once the vendor is mended, and sees it gone. */
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { sqsCalls } from '../../src/aws/queue/queue-calls.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { until } from '../builders/until.ts';
import { type Destinations, POISON } from './destinations.ts';
import { CREDENTIALS, type MiniStack, REGION } from './ministack.ts';
import type { Person } from './person.ts';

const TIMEOUT_MS = 60_000;

export interface Mended {
  readonly broken: readonly string[];
  /** How the replay named itself. */
  readonly run: string | undefined;
  /** How often somebody connected for it. */
  readonly connections: number;
}

export async function mendDeadLetter(
  cloud: MiniStack,
  person: Person,
  destinations: Destinations,
  say: (text: string) => void,
): Promise<Mended> {
  const broken: string[] = [];
  let connections = 0;
  /** What it said; each pattern must be in it. */
  const dlq = async (words: readonly string[], options: readonly string[], ...wanted: readonly RegExp[]) => {
    connections++;
    const { code, stdout, stderr } = await person(SYSTEM_TENANT, ['operator'], ['dlq', ...words], options);
    const said = `${stdout}${stderr}`.trimEnd();
    say(`$ audit-stream dlq ${[...words, ...options].join(' ')}\n${said}`);
    if (code !== 0) broken.push(`dlq ${words.join(' ')} ended with ${code}`);
    for (const one of wanted)
      if (!one.test(said)) broken.push(`dlq ${words.join(' ')} does not say ${one.source}`);
    return said;
  };

  const letters = await deadLettersOf(cloud);
  await until(async () => (await letters()) === 1, TIMEOUT_MS).catch(() => undefined);
  const queue = ['--queue', 'datadog'];
  await dlq(['list'], [], /^datadog +http_400 +\S+ .* 1 /m, new RegExp(` ${POISON} `), /^1 letter\.$/m);
  await dlq(['show', POISON], queue, /^reason +http_400$/m, /^vendor status +400$/m);
  await dlq(['replay'], queue, /1 letter would be replayed/, /dry run/);
  destinations.mend();
  const said = await dlq(['replay'], [...queue, '--execute'], /^1 letter replayed of 1 selected/m);
  await until(async () => (await destinations.eventsAt('datadog')).includes(POISON), TIMEOUT_MS).catch(
    () => undefined,
  );
  await until(async () => (await letters()) === 0, TIMEOUT_MS).catch(() => undefined);
  await dlq(['list'], [], /^No dead letters match\.$/m);
  return { broken, run: /\((run-\S+)\)/.exec(said)?.[1], connections };
}

/** How many there are, seen or in somebody's hands. */
async function deadLettersOf(cloud: MiniStack): Promise<() => Promise<number>> {
  const config = { endpoint: cloud.url, region: REGION, credentials: CREDENTIALS };
  const { QueueUrls = [] } = await new SQSClient(config).send(new ListQueuesCommand({}));
  const url = QueueUrls.find((one) => /datadog.*DeadLetters/i.test(one)) ?? '';
  const calls = sqsCalls(config);
  return async () => {
    const { ApproximateNumberOfMessages: seen, ApproximateNumberOfMessagesNotVisible: held } =
      await calls.attributes(url);
    return Number(seen) + Number(held);
  };
}
