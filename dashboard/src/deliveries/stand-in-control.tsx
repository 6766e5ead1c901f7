/** Lets the stand-in of a local run fail, and heals it. */
import { useState } from 'preact/hooks';
import {
  STAND_IN_FAULTS,
  type StandInFault,
  type StandInFaultKind,
  type StandInState,
} from '../../../src/domain/stand-ins.ts';

export const FAULTS_IN_WORDS: Readonly<Record<StandInFaultKind, string>> = {
  none: 'works',
  '429': 'answers 429, with Retry-After',
  '500': 'answers 500',
  '503': 'answers 503',
  timeout: 'gives no answer',
  'half-closed': 'breaks off its answer',
  slow: 'answers late',
  'wrong-key': 'has revoked the key',
};

interface Props {
  readonly state: StandInState;
  readonly onSet: (fault: StandInFault) => Promise<void>;
}

export function StandInControl({ state, onSet }: Props) {
  const [trouble, setTrouble] = useState<string>();
  const set = (kind: StandInFaultKind) => {
    setTrouble(undefined);
    onSet(faultOf(kind)).catch((error: Error) => setTrouble(error.message));
  };
  const { name, fault, invalid } = state;
  return (
    <div class="stand-in">
      <label>
        <span>Stand-in</span>
        <select
          aria-label="Stand-in fails with"
          value={fault.kind}
          onChange={(event) => set(event.currentTarget.value as StandInFaultKind)}
        >
          {STAND_IN_FAULTS.map((kind) => (
            <option key={kind} value={kind}>
              {FAULTS_IN_WORDS[kind]}
            </option>
          ))}
        </select>
      </label>
      {fault.kind !== 'none' && (
        <button type="button" aria-label={`Heal ${name}`} onClick={() => set('none')}>
          Heal
        </button>
      )}
      {invalid > 0 && <p class="problem">{invalid.toLocaleString()} requests broke the vendor’s contract</p>}
      {trouble && (
        <p class="problem" role="alert">
          {trouble}
        </p>
      )}
    </div>
  );
}

const RETRY_AFTER_SECONDS = 5;
const SLOW_MS = 3_000;

function faultOf(kind: StandInFaultKind): StandInFault {
  if (kind === '429') return { kind, retryAfterSeconds: RETRY_AFTER_SECONDS };
  return kind === 'slow' ? { kind, ms: SLOW_MS } : { kind };
}
