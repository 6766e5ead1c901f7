/** What operators see beside the live view: loaded when it is opened, and explained to those who may not see it. */
import type { ComponentChildren } from 'preact';
import type { Choice } from './filter/filter-state.ts';
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
}

type OperatorView = Exclude<View, { kind: 'live' }>;

export function OperatorPart({ view, ...props }: PartProps & { readonly view: OperatorView }) {
  const { me, status } = props.live.client;
  const isOperator = me?.roles.includes('operator') ?? false;
  const { part, trouble } = useLazy(isOperator ? loadParts : undefined);
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

/** One part for both: whoever opens one soon opens the other. */
const loadParts = () => import('./operator-views.tsx');

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
