/** The books of a stream, as a person reads them: per hop what went in and where it is now. */
import { type Accounts, verdictOf } from '../src/domain/accounts.ts';
import { visibleLine } from '../src/domain/visible-text.ts';
import { table } from './table.ts';
import type { Paint } from './terminal.ts';

export function books(accounts: Accounts, paint: Paint): string {
  const purged = accounts.hops.some((hop) => hop.purged !== undefined);
  const rows = accounts.hops.map((hop) => [
    hop.name,
    ...[hop.in, hop.out, hop.waiting, hop.dead, ...(purged ? [hop.purged ?? 0] : []), hop.unaccounted].map(
      figure,
    ),
  ]);
  const titles = ['hop', 'in', 'out', 'waiting', 'dead', ...(purged ? ['purged'] : []), 'unaccounted'];
  return [
    ...table(titles, rows, paint),
    '',
    ...verdict(accounts, paint),
    ...(accounts.notes ?? []).map((note) => visibleLine(note)),
  ].join('\n');
}

const figure = (count: number | null) => (count === null ? 'unknown' : count.toLocaleString('en'));

function verdict(accounts: Accounts, paint: Paint): readonly string[] {
  const found = verdictOf(accounts);
  if (found.kind === 'accounted') return [paint('green', 'Everything that was accepted is accounted for.')];
  if (found.kind === 'unknown')
    return [paint('yellow', 'Whether anything is missing cannot be said: a figure is unknown.')];
  const named = accounts.unaccounted.map(
    ({ hop, tenantId, id, acceptedAtMs }) =>
      `  ${visibleLine(id)}  of ${visibleLine(tenantId)}, accepted ${new Date(acceptedAtMs).toISOString()}, missing after ${hop}`,
  );
  const first = named.length === 0 ? '.' : named.length < found.count ? `, the first ${named.length}:` : ':';
  return [
    paint('red', `${found.count.toLocaleString('en')} unaccounted for${first}`),
    ...named,
    '',
    'audit-stream replay --from … --to … --execute brings back what the archive still has.',
  ];
}
