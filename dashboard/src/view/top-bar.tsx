/** The top line: is it live, up to when is it complete, how fast, and who is looking. */
import type { ComponentChildren } from 'preact';
import { Plots } from '../plots/plots.tsx';
import type { Live } from '../session/live.ts';
import { StatusLine } from '../session/status-line.tsx';

interface Props {
  readonly live: Live;
  readonly completeMs: number | undefined;
  readonly sound: ComponentChildren;
  readonly onAccounts: () => void;
  readonly onHelp: () => void;
  readonly onSignOut: () => void;
  readonly children: ComponentChildren;
}

export function TopBar({ live, completeMs, sound, onAccounts, onHelp, onSignOut, children }: Props) {
  const { me } = live.client;
  return (
    <header class="top">
      <h1>
        <img src="/icon.svg" alt="" width="20" height="20" /> Audit Stream
      </h1>
      {children}
      <StatusLine status={live.status.value} completeMs={completeMs} onSignOut={onSignOut} />
      <Plots measure={live.measure} />
      <div class="who">
        {me && (
          <span class="tenant" title={`${me.subject}: ${me.roles.join(', ')}`}>
            {me.tenantId}
          </span>
        )}
        {me?.roles.some((role) => role !== 'viewer') && (
          <button type="button" class="quiet" title="Is anything lost?" onClick={onAccounts}>
            Integrity
          </button>
        )}
        {sound}
        <button type="button" class="quiet" aria-label="Keys and help" title="?" onClick={onHelp}>
          ?
        </button>
        <button type="button" class="quiet" onClick={onSignOut}>
          Sign out
        </button>
      </div>
    </header>
  );
}
