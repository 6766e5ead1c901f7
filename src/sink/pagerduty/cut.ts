/** PagerDuty counts code points, and refuses what is longer. */

/** One line of at most `max` code points; never empty. */
export function line(text: string, max: number, otherwise: string): string {
  const points = [...text.replace(/\s+/g, ' ').trim()];
  if (points.length === 0) return otherwise;
  return points.length <= max ? points.join('') : `${points.slice(0, max - 1).join('')}…`;
}
