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

const VIEWERS_KEYS: typeof KEYS = [['1 2', 'to the live view, the alerts']];
const OPERATORS_KEYS: typeof KEYS = [
  ['1 2 3 4', 'to the live view, the alerts, the deliveries, the dead letters'],
];

interface Props {
  readonly isOperator: boolean;
  readonly onClose: () => void;
}

export function Help({ isOperator, onClose }: Props) {
  const keys = [...KEYS, ...(isOperator ? OPERATORS_KEYS : VIEWERS_KEYS)];
  return (
    <Dialog title="Keys" onClose={onClose}>
      <dl class="keys">
        {keys.map(([key, does]) => (
          <div key={key}>
            <dt>
              <kbd>{key}</kbd>
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <p>
        Click a value to show only it, or to leave it out. The address always holds the view and its filter:
        copy it to share what you see.
      </p>
    </Dialog>
  );
}
