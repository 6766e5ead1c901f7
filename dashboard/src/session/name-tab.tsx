/** Asks for a tab's name. */
import { useState } from 'preact/hooks';
import { Dialog } from '../view/dialog.tsx';

interface Props {
  readonly suggested: string;
  readonly onName: (name: string) => void;
  readonly onClose: () => void;
}

const MAX_CHARS = 40;

export function NameTab({ suggested, onName, onClose }: Props) {
  const [name, setName] = useState(suggested);
  const save = (event: Event) => {
    event.preventDefault();
    if (name.trim() === '') return;
    onName(name.trim());
    onClose();
  };
  return (
    <Dialog title="Name of the tab" onClose={onClose}>
      <form class="name-tab" onSubmit={save}>
        <input
          aria-label="Name"
          required
          maxLength={MAX_CHARS}
          value={name}
          onInput={(event) => setName(event.currentTarget.value)}
        />
        <button type="submit" class="primary">
          Save
        </button>
      </form>
      <p>The tab keeps its filter in this browser and counts what comes while you look elsewhere.</p>
    </Dialog>
  );
}
