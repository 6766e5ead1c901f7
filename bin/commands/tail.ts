/** Events in a terminal, as they come. */
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Status } from '../../src/client/client.ts';
import { ACCESS_HELP, ACCESS_OPTIONS, findAccess } from '../access.ts';
import { type Command, readArgs, readSeconds } from '../command.ts';
import { eventLine } from '../event-line.ts';
import { readFilter } from '../read-filter.ts';
import { painter } from '../terminal.ts';

export const tail: Command = {
  summary: 'watch events in the terminal',
  help: `audit-stream tail [options]

Shows events as they come, none missed over lost connections, until Ctrl-C.

  --filter PATTERN       an event pattern over the audit event, as JSON
  --since SPAN           begin so long ago: 90s, 10m, 2h (default: now)
  --json                 one event a line as JSON, for pipes
${ACCESS_HELP}

Examples
  audit-stream tail --tenant acme --since 10m
  audit-stream tail --filter '{"severity": ["high", "critical"]}' --json | jq .action`,

  async run(args) {
    const given = readArgs(args, {
      ...ACCESS_OPTIONS,
      filter: { type: 'string' },
      since: { type: 'string' },
      json: { type: 'boolean' },
    });
    const filter = readFilter(given.filter ?? '{}');
    const after = given.since === undefined ? 'now' : { seconds: readSeconds(given.since, 'since') };
    const access = await findAccess(given, ['viewer']);
    const client = new AuditStreamClient({
      url: access.streamUrl,
      getToken: access.getToken,
      ...(access.tenant !== undefined && { tenant: access.tenant }),
    });
    const paint = painter(process.stdout, process.env);
    const say = (text: string) => console.error(painter(process.stderr, process.env)('gray', text));

    return new Promise<number>((resolve) => {
      const end = (code: number) => {
        client.close();
        resolve(code);
      };
      process.once('SIGINT', () => end(0));
      process.once('SIGTERM', () => end(0));
      // The reader of the pipe has gone: that is how pipes end.
      process.stdout.on('error', (error: NodeJS.ErrnoException) => end(error.code === 'EPIPE' ? 0 : 1));
      client.on('status', (status) => {
        const words = inWords(status);
        if (words) say(words);
        if (status.kind === 'closed' && status.code !== undefined) end(1);
      });
      client.on('event', async ({ event, trimmed }) => {
        if (!given.json) console.log(eventLine(event, paint));
        else console.log(JSON.stringify(trimmed ? await client.fetch(event.id).catch(() => event) : event));
      });
      client.on('gap', ({ reason }) =>
        say(
          reason === 'retention'
            ? 'a gap: what was recorded earlier is no longer kept'
            : 'a gap: more came than could be remembered',
        ),
      );
      client.connect();
      client.subscribe('tail', filter, { after }).then(
        () => say(`watching ${client.me?.tenantId ?? ''}`),
        (error: { message: string; path?: string }) => {
          say(`refused${error.path ? ` at ${error.path}` : ''}: ${error.message}`);
          end(1);
        },
      );
    });
  },
};

function inWords(status: Status): string | undefined {
  if (status.kind === 'waiting')
    return `connection lost (${status.reason}); trying again, nothing is lost meanwhile`;
  if (status.kind === 'closed' && status.code !== undefined) return `closed: ${status.reason}`;
  return status.kind === 'live' ? 'connected' : undefined;
}
