/** Runs the home on one machine until it is told to stop. */
import { play } from '../../demo/player.ts';

import { loadConfig } from '../../src/local/config/load-config.ts';
import { type Home, startHome } from '../../src/local/home.ts';
import { type Command, readArgs, readNumber, UsageError } from '../command.ts';
import { type OrdersExample, startOrdersExample } from '../orders-example.ts';

export const serve: Command = {
  summary: 'run the whole system on this machine',
  help: `audit-stream serve [options]

Runs bus, trail, gateway and page in one process, on one file, until Ctrl-C.
Without a configuration it listens on 127.0.0.1 and gives anyone on this machine a token.

  --config FILE   the configuration (docs/configuration.md)
  --port N        default 4100; 0 takes any free one
  --host HOST     default 127.0.0.1; any other needs an issuer and producer keys
  --data DIR      where everything is kept (default ./data)
  --demo          plays real audit records of three tenants, and, without --config, runs an audited service
  --rate N        demo events a second (default 5)

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
    });
    if (given.rate !== undefined && !given.demo) throw new UsageError('--rate goes with --demo');
    const eventsPerSecond = readNumber(given.rate ?? '5', 'rate', 0.01, 1000);
    const home = await startHome({
      ...(given.config !== undefined && loadConfig(given.config)),
      ...(given.port !== undefined && { port: readNumber(given.port, 'port', 0, 65_535) }),
      ...(given.host !== undefined && { host: given.host }),
      ...(given.data !== undefined && { dataDir: given.data }),
    });
    // A configured home wants producers that sign with keys of their own.
    const withExample = given.demo === true && given.config === undefined;
    const example = withExample
      ? await startOrdersExample(home.url, home.port === 4100 ? 4101 : 0)
      : undefined;
    greet(home, given.demo === true ? eventsPerSecond : undefined, example);
    const stop = new AbortController();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stop.abort());
    if (given.demo) await playInto(home, eventsPerSecond, stop.signal);
    await stopped(stop.signal);
    console.log('Finishing what is in hand…');
    if (example?.kind === 'running') example.stop();
    await home.close();
    return 0;
  },
};

function greet(home: Home, eventsPerSecond: number | undefined, example: OrdersExample | undefined): void {
  console.log(`Audit Stream is at ${home.url}/\n`);
  if (eventsPerSecond !== undefined)
    console.log(
      `  playing real audit records of the tenants acme, globex and initech, ${eventsPerSecond} a second`,
    );
  if (example?.kind === 'running')
    console.log(`  an audited service (examples/orders) is at ${example.url}/orders, and has customers`);
  if (example?.kind === 'left out') console.log(`  the example service was left out: ${example.reason}`);
  // In a checkout npm brings the right Node; an installed package has a command.
  const program = import.meta.url.endsWith('.ts') ? 'npm run -s audit-stream --' : 'npx audit-stream';
  const url = home.port === 4100 ? '' : ` --url ${home.url}`;
  console.log(`  watch in a terminal   ${program} tail${url} --tenant acme
  send an event         ${program} emit${url} --tenant acme --action invoice.approved --actor ada
  from an AWS SDK       PutEvents with endpoint ${home.url}
  is anything lost?     ${program} doctor${url}

Ctrl-C stops it; what was accepted stays.`);
}

async function playInto(home: Home, eventsPerSecond: number, signal: AbortSignal): Promise<void> {
  await play({
    eventsPerSecond,
    signal,
    async send(event) {
      const response = await fetch(`${home.url}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
      if (!response.ok) console.error(`demo: an event was not taken (${response.status})`);
    },
  });
}

function stopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
