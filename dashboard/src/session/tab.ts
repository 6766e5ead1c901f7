/** One tab: a filter with its own subscription, rows, and count of what was not seen yet. */
import { type Signal, signal } from '@preact/signals';
import { type FilterState, NO_FILTER } from '../filter/filter-state.ts';
import { RowBuffer } from '../rows/row-buffer.ts';

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

interface SavedTab {
  readonly id: string;
  readonly name: string;
  readonly filter: FilterState;
}

/** The first tab is the live view; the others were saved. */
export function loadTabs(): readonly Tab[] {
  let saved: SavedTab[] = [];
  try {
    saved = JSON.parse(localStorage.getItem(KEY) ?? '[]') as SavedTab[];
  } catch {
    localStorage.removeItem(KEY);
  }
  return [
    new Tab('live', 'Live', NO_FILTER),
    ...saved.map(({ id, name, filter }) => new Tab(id, name, { ...NO_FILTER, ...filter })),
  ];
}

export function saveTabs(tabs: readonly Tab[]): void {
  const saved: SavedTab[] = tabs
    .slice(1)
    .map(({ id, name, filter }) => ({ id, name: name.value, filter: filter.value }));
  localStorage.setItem(KEY, JSON.stringify(saved));
}
