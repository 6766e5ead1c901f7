/** What to do when the table is empty. */
import type { Status } from '../../../src/client/client.ts';
import { curlFor } from './first-event.ts';

interface Props {
  readonly status: Status;
  readonly tenant: string | undefined;
  readonly filtered: boolean;
  /** The server has said what there is; until then nothing can be said to be missing. */
  readonly complete: boolean;
  readonly development: boolean;
  readonly onClear: () => void;
  readonly onSignOut: () => void;
}

export function Empty({ status, tenant, filtered, complete, development, onClear, onSignOut }: Props) {
  switch (status.kind) {
    case 'idle':
    case 'connecting':
      return (
        <div class="empty">
          <p>Connecting…</p>
        </div>
      );
    case 'waiting':
      return (
        <div class="empty">
          <h2>Not connected</h2>
          <p>
            The page keeps trying, and shows what it missed as soon as the server answers. If it does not: is
            the server running, and may this network open a WebSocket to it?
          </p>
          {!development && (
            <>
              <p>A browser cannot tell a server that is away from one that refuses a token.</p>
              <button type="button" onClick={onSignOut}>
                Bring another token
              </button>
            </>
          )}
        </div>
      );
    case 'closed':
      return (
        <div class="empty">
          <h2>The server refused the connection</h2>
          <p>{status.reason}. A new token may help.</p>
          <button type="button" class="primary" onClick={onSignOut}>
            Sign in again
          </button>
        </div>
      );
    case 'live':
      if (!complete)
        return (
          <div class="empty">
            <p>Looking at the last 15 minutes…</p>
          </div>
        );
      return filtered ? (
        <NothingMatches onClear={onClear} />
      ) : (
        <NoEvents tenant={tenant} free={development} />
      );
  }
}

function NothingMatches({ onClear }: Pick<Props, 'onClear'>) {
  return (
    <div class="empty">
      <h2>Nothing matches this filter</h2>
      <p>It looked at the last 15 minutes and goes on watching. Take a part of the filter away, or wait.</p>
      <button type="button" class="primary" onClick={onClear}>
        Show everything
      </button>
    </div>
  );
}

function NoEvents({
  tenant = 'acme',
  free,
}: {
  readonly tenant: string | undefined;
  readonly free: boolean;
}) {
  const command = curlFor(location.origin, tenant, new Date());
  return (
    <div class="empty">
      <h2>No events yet</h2>
      <p>
        Nothing was recorded for <b>{tenant}</b> in the last 15 minutes; new events show here by themselves.
      </p>
      {free && (
        <>
          <p>Send one from a terminal:</p>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
          <pre tabIndex={0}>{command}</pre>
          <button type="button" onClick={() => void navigator.clipboard.writeText(command)}>
            Copy the command
          </button>
        </>
      )}
      <p>
        With an AWS SDK: <code>PutEvents</code>
        {free && (
          <>
            {' '}
            to the endpoint <code>{location.origin}</code>
          </>
        )}
        , <code>DetailType</code> “Audit Event”.
      </p>
    </div>
  );
}
