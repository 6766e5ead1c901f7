/** How many alerts are open, beside the view's name: seen from every view. */

import { openAlerts } from './alert-book.ts';
import type { AlertWatch } from './alert-watch.ts';

export function AlertCount({ watch }: { readonly watch: AlertWatch }) {
  const open = openAlerts(watch.book.value);
  const gravest = open[0]?.alert.severity;
  if (gravest === undefined) return null;
  return (
    <span class={`unseen alert-count ${gravest}`}>
      {open.length > 999 ? '999+' : open.length}
      <span class="hidden"> open, the gravest {gravest}</span>
    </span>
  );
}
