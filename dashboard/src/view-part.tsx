/** What there is beside the live view: loaded when it is opened, and explained to those who may not see it. */
import type { ComponentChildren } from 'preact';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Choice, FilterState } from './filter/filter-state.ts';
import type { Live } from './session/live.ts';
import type { Tab } from './session/tab.ts';
import { useLazy } from './view/use-lazy.ts';
import { TITLES, type View } from './view/views.ts';

export interface PartProps {
  readonly live: Live;
  /** Of the live view, for its rows. */
  readonly tab: Tab;
  readonly hrefOf: (view: View) => string;
  readonly onView: (view: View) => void;
  readonly onHelp: () => void;
  /** Shows what has a value, in the live view. */
  readonly onFilter: (choice: Choice) => void;
  /** Shows what passes this filter, in the live view. */
  readonly onShow: (filter: FilterState) => void;
}

interface AlertsProps extends PartProps {
  readonly view: View & { kind: 'alerts' };
  readonly refusal: string | undefined;
  readonly onSilence: (alert: Alert) => void;
}

export function AlertsPart({ view, ...props }: AlertsProps) {
  const { part, trouble } = useLazy(loadAlerts);
  if (!part) return <Notice title={trouble ?? 'Loading…'} />;
  return <part.Alerts {...props} choice={view.choice} />;
}

interface SilencingProps {
  readonly alert: Alert;
  readonly live: Live;
  readonly onClose: () => void;
}

export function Silencing({ alert, live, onClose }: SilencingProps) {
  const { part } = useLazy(loadAlerts);
  return part ? <part.SilenceDialog alert={alert} watch={live.alerts} onClose={onClose} /> : null;
}

type OperatorView = Exclude<View, { kind: 'live' | 'alerts' }>;

export function OperatorPart({ view, ...props }: PartProps & { readonly view: OperatorView }) {
  const { me, status } = props.live.client;
  const isOperator = me?.roles.includes('operator') ?? false;
  const { part, trouble } = useLazy(isOperator ? loadOperators : undefined);
  if (me && !isOperator)
    return (
      <Notice title={`${TITLES[view.kind]} are for operators`}>
        <p>
          This part of the page needs the role <b>operator</b>; your token gives {me.roles.join(', ')}. Ask
          whoever gives out tokens for <b>{me.tenantId}</b>.
        </p>
        <button type="button" class="primary" onClick={() => props.onView({ kind: 'live' })}>
          To the live view
        </button>
      </Notice>
    );
  if (trouble) return <Notice title={trouble} />;
  if (!part) return <Notice title={status.kind === 'closed' ? `Refused: ${status.reason}` : 'Connecting…'} />;
  return view.kind === 'deliveries' ? (
    <part.Deliveries {...props} choice={view.choice} />
  ) : (
    <part.DeadLetters {...props} choice={view.choice} />
  );
}

const loadAlerts = () => import('./alerts-views.tsx');
/** One part for both: whoever opens one soon opens the other. */
const loadOperators = () => import('./operator-views.tsx');

function Notice({ title, children }: { readonly title: string; readonly children?: ComponentChildren }) {
  return (
    <main id="view">
      <div class="empty">
        <h2>{title}</h2>
        {children}
      </div>
    </main>
  );
}
