/** The books: what went in at each hop and where it is now, as `audit-stream doctor` prints them. */
import { useEffect, useState } from 'preact/hooks';
import { type Accounts, type Verdict, verdictOf } from '../../../src/domain/accounts.ts';
import { Dialog } from './dialog.tsx';
import { showClock } from './show-time.ts';

type State = { readonly accounts?: Accounts; readonly trouble?: string };

export function AccountsPanel({
  load,
  onClose,
}: {
  readonly load: () => Promise<unknown>;
  readonly onClose: () => void;
}) {
  const [state, setState] = useState<State>({});
  const look = () => {
    load().then(
      (accounts) => setState({ accounts: accounts as Accounts }),
      (error: Error) => setState({ trouble: error.message }),
    );
  };
  useEffect(look, []);
  const { accounts, trouble } = state;
  return (
    <Dialog title="Is anything lost?" onClose={onClose}>
      {trouble && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
      {!accounts && !trouble && <p>Counting…</p>}
      {accounts && <Books accounts={accounts} />}
      <button type="button" onClick={look}>
        Count again
      </button>
    </Dialog>
  );
}

function Books({ accounts }: { readonly accounts: Accounts }) {
  const verdict = verdictOf(accounts);
  return (
    <>
      <p class={verdict.kind === 'accounted' ? 'verdict good' : 'verdict bad'}>
        {inWords(verdict)} <small>Counted at {showClock(accounts.asOfMs)}.</small>
      </p>
      <table class="books">
        <thead>
          <tr>
            {['Hop', 'In', 'Out', 'Waiting', 'Dead', 'Unaccounted'].map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {accounts.hops.map((hop) => (
            <tr key={hop.name}>
              <th scope="row">{hop.name}</th>
              {[hop.in, hop.out, hop.waiting, hop.dead, hop.unaccounted].map((count, i) => (
                <td key={i}>{count === null ? 'unknown' : count.toLocaleString()}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
      {accounts.unaccounted.length > 0 && (
        <ul class="lost">
          {accounts.unaccounted.map(({ hop, tenantId, id }) => (
            <li key={`${hop} ${tenantId} ${id}`}>
              <code>{id}</code> of {tenantId}, missing after {hop}
            </li>
          ))}
        </ul>
      )}
      {accounts.notes?.map((note) => (
        <p key={note}>
          <small>{note}</small>
        </p>
      ))}
    </>
  );
}

function inWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'accounted':
      return 'Everything that was accepted is accounted for.';
    case 'lost':
      return `${verdict.count} events are unaccounted for.`;
    case 'unknown':
      return 'Whether anything is missing cannot be said: a figure is unknown.';
  }
}
