/** The keys, in a dialog. */
import { Dialog } from './dialog.tsx';

const KEYS: readonly (readonly [string, string])[] = [
  ['Space', 'pause, and go on'],
  ['/', 'to the action box'],
  ['↑ ↓', 'to another row (also Page Up, Page Down, Home, End)'],
  ['Enter', 'open the row'],
  ['Esc', 'close what is open'],
  ['?', 'this help'],
];

export function Help({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {KEYS.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>
        Click a value to show only it, or to leave it out. The address always holds the filter: copy it to
        share the view.
      </p>
    </Dialog>
  );
}
