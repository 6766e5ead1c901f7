/** What to do when the table is empty. */
import type { Status } from '../../../src/client/client.ts';

interface Props {
  readonly status: Status;
  readonly filtered: boolean;
  readonly onClear: () => void;
}

export function Empty({ status, filtered, onClear }: Props) {
  if (status.kind === 'connecting' || status.kind === 'idle')
    return (
      <div class="empty">
        <p>Connecting…</p>
      </div>
    );
  if (status.kind !== 'live')
    return (
      <div class="empty">
        <h2>Not connected</h2>
        <p>Events will be here as soon as the connection is back; none is missed.</p>
      </div>
    );
  if (filtered) {
    return (
      <div class="empty">
        <h2>Nothing matches this filter yet</h2>
        <p>It looked at the last 15 minutes and goes on watching. Loosen it, or wait.</p>
        <button type="button" class="primary" onClick={onClear}>
          Show everything
        </button>
      </div>
    );
  }
  return (
    <div class="empty">
      <h2>No events yet</h2>
      <p>Nothing was recorded for this tenant in the last 15 minutes. Send one from a terminal:</p>
      <pre>npx audit-stream emit --action invoice.approved --actor ada</pre>
      <p>
        or put events on the bus with any AWS SDK: <code>PutEvents</code> with <code>{location.origin}</code>{' '}
        as endpoint.
      </p>
    </div>
  );
}
