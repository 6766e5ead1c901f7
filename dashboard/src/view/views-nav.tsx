/** The choice of views, for those who may see more than the live one. */
import { TITLES, VIEWS, type ViewName } from './views.ts';

interface Props {
  readonly current: ViewName;
  /** An address for each: the link can be opened elsewhere, or shared. */
  readonly hrefOf: (view: ViewName) => string;
  readonly onPick: (view: ViewName) => void;
}

export function ViewsNav({ current, hrefOf, onPick }: Props) {
  return (
    <nav class="views" aria-label="Parts of the page">
      {VIEWS.map((view, i) => (
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
        </a>
      ))}
    </nav>
  );
}
