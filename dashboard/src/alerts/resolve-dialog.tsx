/** Ends an alert by hand, after the viewer has read what that means. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { Dialog } from '../view/dialog.tsx';
import type { AlertWatch } from './alert-watch.ts';
import { channelsInWords } from './alerts-table.tsx';
import { useAct } from './use-act.ts';

interface Props {
  readonly alert: Alert;
  readonly watch: AlertWatch;
  readonly onClose: () => void;
}

export function ResolveDialog({ alert, watch, onClose }: Props) {
  const acting = useAct();
  const resolve = async () => {
    if (await acting.run('resolve', () => watch.resolve(alert.alertId))) onClose();
  };
  return (
    <Dialog title="Resolve the alert" onClose={onClose}>
      <p>
        <b>
          <bdi>{visibleText(alert.title)}</bdi>
        </b>
      </p>
      <p class="message">
        Whoever heard of it hears that it is over, with your name ({channelsInWords(alert.channels)}). The
        rule stays on watch: if it happens again, another alert fires.
      </p>
      {acting.trouble && (
        <p class="problem" role="alert">
          It was not resolved: {acting.trouble}
        </p>
      )}
      <p class="actions">
        <button
          type="button"
          class="primary"
          aria-disabled={acting.busy !== undefined}
          onClick={() => void resolve()}
        >
          {acting.busy ? 'Resolving…' : 'Resolve'}
        </button>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
      </p>
    </Dialog>
  );
}
