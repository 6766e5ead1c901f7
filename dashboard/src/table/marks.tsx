/** Severity and outcome as a shape and a word, so that colour alone says nothing. */
import type {
  Outcome as OutcomeName,
  Severity as SeverityName,
} from '../../../src/domain/event/audit-event.ts';

const FILLED: Readonly<Record<SeverityName, number>> = { info: 0, low: 1, medium: 2, high: 3, critical: 4 };

/** Four bars, as many filled as the event is severe. */
export function Severity({ severity }: { readonly severity: SeverityName }) {
  return (
    <span class={`mark severity ${severity}`}>
      <svg viewBox="0 0 14 12" width="14" height="12" aria-hidden="true">
        {[0, 1, 2, 3].map((i) => (
          <rect
            key={i}
            x={i * 3.6}
            y={9 - i * 2.6}
            width="2.4"
            height={3 + i * 2.6}
            rx="0.7"
            class={i < FILLED[severity] ? 'on' : 'off'}
          />
        ))}
      </svg>
      {severity}
    </span>
  );
}

const PATHS: Readonly<Record<OutcomeName, string>> = {
  success: 'M2.5 6.5 5 9l4.5-6',
  failure: 'M3 3l6 6M9 3 3 9',
  denied: 'M6 1.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M3 9l6-6',
  error: 'M6 1.5 11 10.5H1zM6 5v2.5M6 9v.2',
  unknown: 'M3.5 6h5',
};

export function Outcome({ outcome }: { readonly outcome: OutcomeName }) {
  return (
    <span class={`mark outcome ${outcome}`}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <path d={PATHS[outcome]} />
      </svg>
      {outcome}
    </span>
  );
}
