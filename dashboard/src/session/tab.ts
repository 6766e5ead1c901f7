/** One tab: a filter with its own subscription, rows, and count of what was not seen yet. */
import { type Signal, signal } from '@preact/signals';
import { type FilterState, NO_FILTER } from '../filter/filter-state.ts';
import { fromQuery, toQuery } from '../filter/filter-url.ts';
import { RowBuffer } from '../rows/row-buffer.ts';
import { recall, remember } from '../view/remember.ts';

/** What is wrong with the tab's filter, and where. */
export interface FilterProblem {
  readonly path: string;
  readonly message: string;
}

export class Tab {
  readonly id: string;
  readonly name: Signal<string>;
  readonly filter: Signal<FilterState>;
  readonly rows = new RowBuffer();
  readonly unseen = signal(0);
  readonly problem = signal<FilterProblem | undefined>(undefined);
  /** Everything written until then is in the rows. */
  readonly completeMs = signal<number | undefined>(undefined);
  readonly paused = signal(false);
  /** Moves whenever the rows have changed. */
  readonly version = signal(0);

  constructor(id: string, name: string, filter: FilterState) {
    this.id = id;
    this.name = signal(name);
    this.filter = signal(filter);
  }
}

const KEY = 'audit-stream.tabs';

/** The first tab is the live view; the others were saved. */
export function loadTabs(): readonly Tab[] {
  const saved = recall(KEY);
  return [
    new Tab('live', 'Live', NO_FILTER),
    ...(Array.isArray(saved) ? saved : []).flatMap(({ id, name, query }: Record<string, unknown>) =>
      typeof id === 'string' && typeof name === 'string' && typeof query === 'string'
        ? [new Tab(id, name, fromQuery(new URLSearchParams(query)))]
        : [],
    ),
  ];
}

export function saveTabs(tabs: readonly Tab[]): void {
  remember(
    KEY,
    tabs
      .slice(1)
      .map(({ id, name, filter }) => ({ id, name: name.value, query: toQuery(filter.value).toString() })),
  );
}
