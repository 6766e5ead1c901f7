/** Runs the home on one machine until it is told to stop. */
import { demoRules } from '../../demo/demo-rules.ts';
import { loadConfig } from '../../src/local/config/load-config.ts';
import { type Home, startHome } from '../../src/local/home.ts';
import { type Command, readArgs, readNumber, UsageError } from '../command.ts';
import { type OrdersExample, startOrdersExample } from '../orders-example.ts';
import { playInto } from '../play-into.ts';
import { isThere, opensearchUrlOf } from '../real-opensearch.ts';

export const serve: Command = {
  summary: 'run the whole system on this machine',
  help: `audit-stream serve [options]

Runs bus, trail, gateway and page in one process, on one file, until Ctrl-C.
Without a configuration it listens on 127.0.0.1 and gives anyone on this machine a token.

  --config FILE   the configuration (docs/configuration.md)
  --port N        default 4100; 0 takes any free one
  --host HOST     default 127.0.0.1; any other needs an issuer and producer keys
  --data DIR      where everything is kept (default ./data)
  --demo          plays real audit records of three tenants; without --config it also runs an audited service,
                  rules that make alerts of them, and a destination of every kind, with stand-ins that receive (stand-in --help)
  --rate N        demo events a second (default 5)
  --opensearch URL  with --demo and without --config: a real OpenSearch instead of its stand-in, user and
                  password in the address if it wants them; or AUDIT_STREAM_OPENSEARCH_URL

Examples
  audit-stream serve --demo --rate 20
  audit-stream serve --config audit-stream.json`,

  async run(args) {
    const given = readArgs(args, {
      config: { type: 'string' },
      port: { type: 'string' },
      host: { type: 'string' },
      data: { type: 'string' },
      demo: { type: 'boolean' },
      rate: { type: 'string' },
      opensearch: { type: 'string' },
    });
    if (given.rate !== undefined && !given.demo) throw new UsageError('--rate goes with --demo');
    // A configured home wants producers that sign with keys of their own, and has the destinations that it names.
    const isPlayground = given.demo === true && given.config === undefined;
    if (given.opensearch !== undefined && !isPlayground)
      throw new UsageError('--opensearch goes with --demo, without --config: there it is a destination');
    const opensearchUrl = isPlayground ? opensearchUrlOf(given.opensearch) : undefined;
    const eventsPerSecond = readNumber(given.rate ?? '5', 'rate', 0.01, 1000);
    const home = await startHome({
      ...(given.config !== undefined && loadConfig(given.config)),
      ...(given.port !== undefined && { port: readNumber(given.port, 'port', 0, 65_535) }),
      ...(given.host !== undefined && { host: given.host }),
      ...(given.data !== undefined && { dataDir: given.data }),
      ...(isPlayground && {
        standIns: opensearchUrl === undefined ? {} : { opensearchUrl },
        alertRules: demoRules(),
      }),
    });
    const example = isPlayground
      ? await startOrdersExample(home.url, home.port === 4100 ? 4101 : 0)
      : undefined;
    const receivers = isPlayground ? await receiversOf(opensearchUrl) : undefined;
    greet(home, given.demo === true ? eventsPerSecond : undefined, example, receivers);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    if (given.demo) await playInto(home, { eventsPerSecond }, stop.signal);
    await stopped(stop.signal);
    console.log('Finishing what is in hand…');
    if (example?.kind === 'running') example.stop();
    await home.close();
    return 0;
  },
};

/** Of the real one only the origin: the address may hold a password. */
async function receiversOf(opensearchUrl: string | undefined): Promise<string> {
  if (opensearchUrl === undefined) return 'stand-ins on this machine';
  const { origin } = new URL(opensearchUrl);
  const there = (await isThere(opensearchUrl)) ? '' : ', where nothing answers yet: its events wait';
  return `stand-ins on this machine; opensearch: the real one at ${origin}${there}`;
}

function greet(
  home: Home,
  eventsPerSecond: number | undefined,
  example: OrdersExample | undefined,
  receivers: string | undefined,
): void {
  console.log(`Audit Stream is at ${home.url}/\n`);
  if (eventsPerSecond !== undefined)
    console.log(
      `  playing real audit records of the tenants acme, globex and initech, ${eventsPerSecond} a second`,
    );
  if (example?.kind === 'running')
    console.log(`  an audited service (examples/orders) is at ${example.url}/orders, and has customers`);
  if (home.destinations.length > 0) {
    const names = home.destinations.map(({ name }) => name).join(', ');
    console.log(`  destinations: ${names}${receivers === undefined ? '' : ` (${receivers})`}`);
  }
  if (example?.kind === 'left out') console.log(`  the example service was left out: ${example.reason}`);
  // In a checkout npm brings the right Node; an installed package has a command.
  const program = import.meta.url.endsWith('.ts') ? 'npm run -s audit-stream --' : 'npx audit-stream';
  const url = home.port === 4100 ? '' : ` --url ${home.url}`;
  console.log(`  watch in a terminal   ${program} tail${url} --tenant acme
  send an event         ${program} emit${url} --tenant acme --action invoice.approved --actor ada
  from an AWS SDK       PutEvents with endpoint ${home.url}
  is anything lost?     ${program} doctor${url}${
    receivers === undefined
      ? ''
      : `\n  let one fail          ${program} stand-in fail datadog --with 503${url}`
  }

Ctrl-C stops it; what was accepted stays.`);
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
