/** A button for what only some may do. It can be reached by all, and says why it does nothing; the server decides. */
import type { ComponentChildren } from 'preact';

interface Props {
  /** Why this viewer may not. */
  readonly refusal: string | undefined;
  readonly isBusy: boolean;
  /** Where the text alone does not say of what. */
  readonly label?: string;
  readonly kind?: 'primary' | 'danger';
  readonly onAct: () => void;
  readonly children: ComponentChildren;
}

export function ActButton({ refusal, isBusy, label, kind, onAct, children }: Props) {
  return (
    <button
      type="button"
      class={kind}
      aria-label={label}
      aria-disabled={refusal !== undefined || isBusy}
      title={refusal}
      onClick={() => {
        if (refusal === undefined && !isBusy) onAct();
      }}
    >
      {children}
    </button>
  );
}
