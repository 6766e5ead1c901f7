/** The page on this machine, watching a stream elsewhere. */
import { ACCESS_HELP, ACCESS_OPTIONS, findAccess } from '../access.ts';
import { type Command, readArgs, readNumber } from '../command.ts';
import { servePage } from '../page-server.ts';

const DEFAULT_PORT = '4180';

export const dashboard: Command = {
  summary: 'the page, against a deployment',
  help: `audit-stream dashboard --url wss://… --token-command CMD [options]

Serves the page on 127.0.0.1 until Ctrl-C; it connects to the stream with tokens that CMD prints.
The deployment must allow the page's origin, http://127.0.0.1:PORT (allowedOrigins).
Whoever can reach the port on this machine gets such tokens: not for a machine that you share.

  --port N               default ${DEFAULT_PORT}; 0 takes any free one
${ACCESS_HELP}

Example
  audit-stream dashboard --url wss://abc.execute-api.us-east-1.amazonaws.com/live --token-command ./token.sh`,

  async run(args) {
    const given = readArgs(args, { ...ACCESS_OPTIONS, port: { type: 'string' } });
    const port = readNumber(given.port ?? DEFAULT_PORT, 'port', 0, 65_535);
    const access = await findAccess(given, ['viewer', 'operator']);
    const page = await servePage({ access, port });
    console.log(
      `The page is at ${page.url}/\n\nIt watches ${access.streamUrl}, which must allow the origin ${page.url}.\nCtrl-C stops it.`,
    );
    await new Promise<void>((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
    });
    page.close();
    return 0;
  },
};
