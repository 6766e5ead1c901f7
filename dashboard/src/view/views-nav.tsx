/** The choice of views, of those that the viewer may see. */
import type { ComponentChildren } from 'preact';
import { TITLES, type ViewName } from './views.ts';

interface Props {
  readonly views: readonly ViewName[];
  readonly current: ViewName;
  /** Beside the name of the alerts. */
  readonly alertCount: ComponentChildren;
  /** An address for each: the link can be opened elsewhere, or shared. */
  readonly hrefOf: (view: ViewName) => string;
  readonly onPick: (view: ViewName) => void;
}

export function ViewsNav({ views, current, alertCount, hrefOf, onPick }: Props) {
  return (
    <nav class="views" aria-label="Parts of the page">
      {views.map((view, i) => (
        <a
          key={view}
          href={hrefOf(view)}
          aria-current={view === current ? 'page' : undefined}
          title={`Key ${i + 1}`}
          onClick={(event) => {
            if (event.ctrlKey || event.metaKey || event.shiftKey || event.button !== 0) return;
            event.preventDefault();
            onPick(view);
          }}
        >
          {TITLES[view]}
          {view === 'alerts' && alertCount}
        </a>
      ))}
    </nav>
  );
}
