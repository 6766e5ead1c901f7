/** The fault that a stand-in was told to have, and which calls meet it. */
import type { StandInFault } from '../../domain/stand-ins.ts';

export type Met = Exclude<StandInFault, { kind: 'none' }>;

export interface Trouble {
  readonly now: StandInFault;
  set(fault: StandInFault): void;
  /** The fault that the next call meets; each that does counts. */
  meet(): Met | undefined;
}

export function makeTrouble(random: () => number): Trouble {
  let fault: StandInFault = NONE;
  return {
    get now() {
      return fault;
    },
    set(next) {
      fault = next;
    },
    meet() {
      if (fault.kind === 'none' || random() >= (fault.share ?? 1)) return undefined;
      const met = fault;
      if (met.calls !== undefined) fault = met.calls > 1 ? { ...met, calls: met.calls - 1 } : NONE;
      return met;
    },
  };
}

const NONE: StandInFault = { kind: 'none' };
