/** What changed, before and after. */
import type { Change } from '../../../src/domain/event/audit-event.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';

export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  return (
    <table class="changes">
      <thead>
        <tr>
          <th scope="col">Field</th>
          <th scope="col">Before</th>
          <th scope="col">After</th>
        </tr>
      </thead>
      <tbody>
        {changes.map((change, i) => (
          <tr key={i}>
            <th scope="row">
              <code>{visibleText(change.path)}</code>
            </th>
            <td class="before">
              {change.redacted ? (
                <i>redacted</i>
              ) : change.op === 'add' ? (
                <i>none</i>
              ) : (
                <del>{said(change.before)}</del>
              )}
            </td>
            <td class="after">
              {change.redacted ? (
                <i>redacted</i>
              ) : change.op === 'remove' ? (
                <i>none</i>
              ) : (
                <ins>{said(change.after)}</ins>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function said(value: unknown): string {
  return visibleText(typeof value === 'string' ? value : (JSON.stringify(value, null, 1) ?? ''));
}
