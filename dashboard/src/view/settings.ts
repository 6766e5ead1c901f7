/** What a viewer likes: kept in the browser. */
import { effect, signal } from '@preact/signals';
import { COLUMNS, DEFAULT_COLUMNS } from '../rows/columns.ts';

export type Theme = 'system' | 'light' | 'dark';
export type Clock = 'local' | 'utc' | 'ago';

const KEY = 'audit-stream.settings';
const saved = load();

export const columnKeys = signal<readonly string[]>(saved.columns ?? DEFAULT_COLUMNS);
export const theme = signal<Theme>(saved.theme ?? 'system');
export const clock = signal<Clock>(saved.clock ?? 'local');
export const drawerWidthPx = signal<number>(saved.drawerWidthPx ?? 460);

effect(() => {
  localStorage.setItem(
    KEY,
    JSON.stringify({
      columns: columnKeys.value,
      theme: theme.value,
      clock: clock.value,
      drawerWidthPx: drawerWidthPx.value,
    }),
  );
  document.documentElement.dataset.theme = theme.value;
});

export const shownColumns = () => COLUMNS.filter(({ key }) => columnKeys.value.includes(key));

function load(): { columns?: string[]; theme?: Theme; clock?: Clock; drawerWidthPx?: number } {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}');
  } catch {
    return {};
  }
}
