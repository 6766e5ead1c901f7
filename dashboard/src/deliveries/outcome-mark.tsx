/** What became of a request as a shape and a word, so that colour alone says nothing. */
import type { OutcomeKind } from '../../../src/domain/deliveries.ts';
import { OUTCOMES_IN_WORDS } from './in-words.ts';

const PATHS: Readonly<Record<OutcomeKind, string>> = {
  delivered: 'M2.5 6.5 5 9l4.5-6',
  retry: 'M9.8 4.2A4.2 4.2 0 1 0 10.2 7M10 1.6v2.8H7.2',
  rejected: 'M3 3l6 6M9 3 3 9',
  misconfigured: 'M6 1.5 11 10.5H1zM6 5v2.5M6 9v.2',
  split: 'M6 2v8M3.5 4 1.5 6l2 2M8.5 4l2 2-2 2',
  again: 'M2 6h8M7 3l3 3-3 3',
};

export function OutcomeMark({ kind, text }: { readonly kind: OutcomeKind; readonly text?: string }) {
  return (
    <span class={`mark delivery ${kind}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={PATHS[kind]} />
      </svg>
      {text ?? OUTCOMES_IN_WORDS[kind]}
    </span>
  );
}
