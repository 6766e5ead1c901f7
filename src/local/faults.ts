/** The fault switch: what may go wrong between the system and its viewers, on demand, for tests and for the page. */

export interface Faults {
  /** Share of pushes that never arrive, 0 to 1. */
  readonly dropPush: number;
  /** Every push waits up to so long, ms. */
  readonly delayMs: number;
  /** Share of pushes that arrive twice. */
  readonly duplicate: number;
  /** Share of pushes that are held until the next one to the same connection has passed. */
  readonly reorder: number;
  /** Share of pushes at which the connection is cut instead. */
  readonly cut: number;
  /** Share of pushes answered 429. */
  readonly throttle: number;
  /** Share of bus events that are delivered twice, to broadcast and to the queues' consumers. */
  readonly duplicateDelivery: number;
  /** Share of a queue's messages that come in another order. */
  readonly reorderDelivery: number;
}

export const NO_FAULTS: Faults = {
  dropPush: 0,
  delayMs: 0,
  duplicate: 0,
  reorder: 0,
  cut: 0,
  throttle: 0,
  duplicateDelivery: 0,
  reorderDelivery: 0,
};

export interface FaultSwitch {
  readonly now: Faults;
  /** Sets the named ones; the rest stay. Throws RangeError naming a wrong one, or when this home allows no faults. */
  set(faults: unknown): Faults;
}

export function makeFaultSwitch(allowed: boolean, initial: true | Partial<Faults> = {}): FaultSwitch {
  let current = NO_FAULTS;
  const faults: FaultSwitch = {
    get now() {
      return current;
    },
    set(changes) {
      if (!allowed) throw new RangeError('faults are off at this home: start it with faults allowed');
      current = { ...current, ...checked(changes) };
      return current;
    },
  };
  if (initial !== true && Object.keys(initial).length > 0) faults.set(initial);
  return faults;
}

function checked(changes: unknown): Partial<Faults> {
  if (typeof changes !== 'object' || changes === null)
    throw new RangeError(`faults must be an object such as {"dropPush": 0.3}`);
  for (const [name, value] of Object.entries(changes)) {
    if (!Object.hasOwn(NO_FAULTS, name))
      throw new RangeError(
        `${name.slice(0, 40)}: no such fault; there are ${Object.keys(NO_FAULTS).join(', ')}`,
      );
    const most = name === 'delayMs' ? 60_000 : 1;
    if (!(typeof value === 'number' && value >= 0 && value <= most))
      throw new RangeError(`${name}: must be a number from 0 to ${most}`);
  }
  return changes;
}
