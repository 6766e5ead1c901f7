/** The books of a stream, as a person reads them: per hop what went in and where it is now. */
import type { Accounts } from '../src/domain/accounts.ts';
import { visibleLine } from '../src/domain/visible-text.ts';
import { table } from './table.ts';
import type { Paint } from './terminal.ts';

export const lost = ({ hops }: Accounts) => hops.reduce((sum, { unaccounted }) => sum + unaccounted, 0);

export function books(accounts: Accounts, paint: Paint): string {
  const rows = accounts.hops.map((hop) =>
    [hop.name, hop.in, hop.out, hop.waiting, hop.dead, hop.unaccounted].map((cell) =>
      cell.toLocaleString('en'),
    ),
  );
  const missing = lost(accounts);
  const named = accounts.unaccounted.map(
    ({ hop, tenantId, id, acceptedAtMs }) =>
      `  ${visibleLine(id)}  of ${visibleLine(tenantId)}, accepted ${new Date(acceptedAtMs).toISOString()}, missing after ${hop}`,
  );
  return [
    ...table(['hop', 'in', 'out', 'waiting', 'dead', 'unaccounted'], rows, paint),
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
