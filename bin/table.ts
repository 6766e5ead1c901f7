/** Rows under titles, as a terminal shows them: words to the left, figures to the right. */
import type { Paint } from './terminal.ts';

export function table(
  titles: readonly string[],
  rows: readonly (readonly string[])[],
  paint: Paint,
  columnsOfWords = 1,
): readonly string[] {
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells
      .map((cell, i) => (i < columnsOfWords ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  ');
  return [paint('gray', line(titles)), ...rows.map(line)];
}
