/** What a cold start of each destination's Lambda spends on its own code, against loading Datadog's client alone. */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../lambdas/build.ts';
import { destinationToText } from '../src/aws/deployed-destination.ts';
import { ENVIRONMENT } from '../src/aws/environment.ts';
import { readDestinations } from '../src/sink/destination.ts';
import type { SinkName } from '../src/sink/registry.ts';
import { median } from './rules-and-events.ts';

const START = fileURLToPath(new URL('./destinations/start.ts', import.meta.url));
const LAMBDA = fileURLToPath(new URL('../lambdas/sinks/deliver.ts', import.meta.url));
const key = { secret: 'a-secret' };
const OPTIONS: Readonly<Record<SinkName, object>> = {
  datadog: { apiKey: key },
  email: { topicArn: 'arn:aws:sns:eu-west-1:123456789012:alerts' },
  opensearch: { url: 'https://search.example.com' },
  pagerduty: { routingKey: key },
  'pagerduty-change': { routingKey: key, filter: { category: ['configuration'] } },
  s3: { bucket: 'acme-audit', region: 'eu-west-1' },
  slack: { token: key, channel: 'C0123456789' },
  webhook: { url: 'https://receiver.example.com', secret: key },
};

export async function run({ quick }: { readonly quick: boolean }): Promise<Record<string, object[]>> {
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-sink-start-'));
  const rounds = quick ? 3 : 21;
  try {
    const kb = (await bundle(LAMBDA, folder)) / 1_024;
    const ours = readDestinations(OPTIONS, 'destinations', []);
    const client = createRequire(import.meta.url).resolve('@datadog/datadog-api-client');
    const times = new Map<string, number[]>();
    for (let round = 0; round < rounds; round++) {
      for (const destination of ours)
        note(destination.name, await load(join(folder, 'index.js'), destinationToText(destination)));
      note(CLIENT, await load(client));
    }
    const theirs = median(times.get(CLIENT) ?? []);
    const rows = Array.from(times, ([what, all]) => ({
      what,
      'load, ms': median(all),
      'of the client': median(all) / theirs,
    }));
    return {
      [`loading, medians of ${rounds}, load ${(loadavg()[0] ?? 0).toFixed(2)}; one bundle of ${kb.toFixed(0)} KB`]:
        rows,
    };

    function note(what: string, ms: number): void {
      times.set(what, [...(times.get(what) ?? []), ms]);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const CLIENT = '@datadog/datadog-api-client, alone';

async function load(module: string, destination = ''): Promise<number> {
  const queue = 'https://sqs.eu-west-1.amazonaws.com/123456789012/queue';
  const child = fork(START, [module], {
    execArgv: [],
    env: {
      PATH: process.env.PATH ?? '',
      AWS_REGION: 'eu-west-1',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      [ENVIRONMENT.destination]: destination,
      [ENVIRONMENT.queueUrl]: queue,
      [ENVIRONMENT.deadLetterQueueUrl]: `${queue}-dead`,
      [ENVIRONMENT.alertsTable]: 'alerts',
    },
  });
  const [said] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(([code]) => {
      throw new Error(`loading ${module} ended with ${code}`);
    }),
  ])) as [{ readonly loadMs: number }];
  return said.loadMs;
}
