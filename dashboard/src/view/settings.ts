/** What a viewer likes: kept in the browser. */
import { effect, signal } from '@preact/signals';
import { COLUMNS, DEFAULT_COLUMNS } from '../rows/columns.ts';
import { recall, remember } from './remember.ts';

const THEMES = ['system', 'light', 'dark'] as const;
const CLOCKS = ['local', 'utc', 'ago'] as const;
export type Theme = (typeof THEMES)[number];
export type Clock = (typeof CLOCKS)[number];

const KEY = 'audit-stream.settings';
const saved = { ...(recall(KEY) as Readonly<Record<string, unknown>> | null) };

export const columnKeys = signal<readonly string[]>(
  Array.isArray(saved.columns) ? saved.columns : DEFAULT_COLUMNS,
);
export const theme = signal<Theme>(THEMES.find((one) => one === saved.theme) ?? 'system');
export const clock = signal<Clock>(CLOCKS.find((one) => one === saved.clock) ?? 'local');
export const drawerWidthPx = signal<number>(
  typeof saved.drawerWidthPx === 'number' ? saved.drawerWidthPx : 480,
);
/** A tone when a grave alert fires. */
export const alertSound = signal<boolean>(saved.alertSound === true);

effect(() => {
  remember(KEY, {
    columns: columnKeys.value,
    theme: theme.value,
    clock: clock.value,
    drawerWidthPx: drawerWidthPx.value,
    alertSound: alertSound.value,
  });
  document.documentElement.dataset.theme = theme.value;
});

export const shownColumns = () => COLUMNS.filter(({ key }) => columnKeys.value.includes(key));
