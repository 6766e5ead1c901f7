/** Counts: is everything that was accepted where it should be? */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Accounts } from '../../src/domain/accounts.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import { ACCESS_HELP, ACCESS_OPTIONS, findAccess } from '../access.ts';
import { type Command, readArgs } from '../command.ts';
import { type Paint, painter } from '../terminal.ts';

const CANNOT_LOOK = 3;

export const doctor: Command = {
  summary: 'check that nothing is lost',
  help: `audit-stream doctor [options]

Counts for each hop in = out + waiting + dead, and names what is unaccounted for.
Exit code 0: all is accounted for. 1: something is not. 3: it could not look.

  --data DIR             look into the data folder of a home that is stopped
${ACCESS_HELP}
  --json                 the figures as JSON

Examples
  audit-stream doctor
  audit-stream doctor --data ./data`,

  async run(args) {
    const given = readArgs(args, { ...ACCESS_OPTIONS, data: { type: 'string' }, json: { type: 'boolean' } });
    let accounts: Accounts;
    try {
      accounts = given.data === undefined ? await ofRunning(given) : await ofStopped(given.data);
    } catch (error) {
      if ((error as Error).name === 'UsageError') throw error;
      console.error(`audit-stream doctor cannot look: ${(error as Error).message}`);
      return CANNOT_LOOK;
    }
    console.log(
      given.json ? JSON.stringify(accounts) : report(accounts, painter(process.stdout, process.env)),
    );
    return lost(accounts) === 0 ? 0 : 1;
  },
};

async function ofStopped(dataDir: string): Promise<Accounts> {
  if (!existsSync(join(dataDir, 'audit-stream.db')))
    throw new Error(`${dataDir} holds no audit-stream.db: give the --data folder of a home`);
  const store = openStore({ dataDir });
  try {
    return await store.accounts();
  } finally {
    await store.close();
  }
}

/** The system's own tenant sees the ids of all tenants. */
async function ofRunning(given: Parameters<typeof findAccess>[0]): Promise<Accounts> {
  const access = await findAccess(
    { ...given, tenant: given.tenant ?? (given['token-command'] === undefined ? SYSTEM_TENANT : undefined) },
    ['operator', 'auditor'],
  );
  const client = new AuditStreamClient({
    url: access.streamUrl,
    getToken: access.getToken,
    ...(access.tenant !== undefined && { tenant: access.tenant }),
  });
  client.connect();
  try {
    return (await client.act('accounts')) as Accounts;
  } finally {
    client.close();
  }
}

const lost = ({ hops }: Accounts) => hops.reduce((sum, { unaccounted }) => sum + unaccounted, 0);

function report(accounts: Accounts, paint: Paint): string {
  const titles = ['hop', 'in', 'out', 'waiting', 'dead', 'unaccounted'];
  const rows = accounts.hops.map((hop) =>
    [hop.name, hop.in, hop.out, hop.waiting, hop.dead, hop.unaccounted].map((cell) =>
      cell.toLocaleString('en'),
    ),
  );
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  const missing = lost(accounts);
  const named = accounts.unaccounted.map(
    ({ hop, tenantId, id, acceptedAtMs }) =>
      `  ${visibleLine(id)}  of ${visibleLine(tenantId)}, accepted ${new Date(acceptedAtMs).toISOString()}, missing after ${hop}`,
  );
  return [
    paint('gray', line(titles)),
    ...rows.map(line),
    '',
    missing === 0
      ? paint('green', 'Everything that was accepted is accounted for.')
      : paint(
          'red',
          `${missing.toLocaleString('en')} unaccounted for${named.length < missing ? `, the first ${named.length}` : ''}:`,
        ),
    ...named,
    ...(missing > 0
      ? ['', 'audit-stream replay --from … --to … brings back what the archive still has.']
      : []),
  ].join('\n');
}
