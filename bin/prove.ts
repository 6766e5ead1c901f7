/** `npm run prove -- NAME`: the long proofs, with their progress; each ends with exit code 0 or 1. */
import { parseArgs } from 'node:util';

interface Proof {
  readonly about: string;
  readonly options: string;
  /** Whether what it proves holds. */
  run(args: readonly string[]): Promise<boolean>;
}

const PROOFS: Readonly<Record<string, Proof>> = {
  journey: {
    about: 'random journeys over the bundled corpus under faults: every viewer has exactly its events',
    options: '--seeds 200  --first SEED  --parallel 2  --calm (without faults)',
    run: async (args) => (await import('../test/journey/prove-journey.ts')).proveJourney(args),
  },
  chaos: {
    about: 'journeys over the AWS adapters while DynamoDB throttles, delays and cuts a tenth of all calls',
    options: '--seeds 100  --first SEED  --parallel 4',
    run: async (args) => (await import('../test/journey/prove-chaos.ts')).proveChaos(args),
  },
  middleware: {
    about:
      "an audited function on Lambda's emulator is frozen, killed, timed out: every request has its record",
    options:
      "--runs 500  --seed SEED  --only WORDS  --client FILE (another Node client, as aws-lambda-ric's index.mjs)",
    run: async (args) => (await import('../test/audit/lambda/prove-middleware.ts')).proveMiddleware(args),
  },
  secrets: {
    about: 'requests, answers, errors and business events with planted secrets: none is on record',
    options: '--runs 10000  --seed SEED',
    run: async (args) => (await import('../test/audit/prove-secrets.ts')).proveSecrets(args),
  },
  deliveries: {
    about: 'events to a destination that fails 30 % of its calls: each is delivered or dead with its reason',
    options: '--events 100000  --seed SEED',
    run: async (args) => (await import('../test/sink/unreliable/prove-deliveries.ts')).proveDeliveries(args),
  },
  dlq: {
    about:
      'a replay of dead letters is killed half way, then its home, then one over SQS: nothing lost, counted',
    options: '--letters 10000  --seed SEED',
    run: async (args) => (await import('../test/journey/prove-dlq.ts')).proveDlq(args),
  },
  detector: {
    about: 'random streams to detectors that crash: the alerts of a simple reference, no notice lost',
    options: '--runs 5000  --seed SEED',
    run: async (args) => (await import('../test/detect/prove-detector.ts')).proveDetector(args),
  },
  storm: {
    about: 'matching events by the thousand: one message and one incident an alert, each with its end',
    options: '--events 100000  --groups 500  --seed SEED',
    run: async (args) => (await import('../test/journey/storm/prove-storm.ts')).proveStorm(args),
  },
  doctor: {
    about: 'deletes one row of a trail; the doctor must find it by id and exit with 1',
    options: '',
    run: async () => (await import('../test/journey/prove-doctor.ts')).proveDoctor(),
  },
};

async function main(): Promise<number> {
  const [name, ...args] = process.argv.slice(2);
  const { values } = parseArgs({ args, options: { help: { type: 'boolean' } }, strict: false });
  if (name === undefined || name === '--help' || values.help) {
    process.stdout.write(usage());
    return 0;
  }
  const proof = PROOFS[name];
  if (proof === undefined) {
    process.stderr.write(`there is no proof "${name}"\n\n${usage()}`);
    return 2;
  }
  return (await proof.run(args)) ? 0 : 1;
}

function usage(): string {
  const lines = Object.entries(PROOFS).map(
    ([name, { about, options }]) =>
      `  ${name.padEnd(11)}${about}\n${options === '' ? '' : `  ${' '.repeat(11)}${options}\n`}`,
  );
  return `npm run prove -- NAME [options]\n\n${lines.join('')}`;
}

process.exitCode = await main();
