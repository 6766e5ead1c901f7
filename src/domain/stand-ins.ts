/** What operators see and set of the stand-ins: what receives the requests of a local run in the vendors' place. */
import { countFromOne, type Fault, firstFault, isObject, kindOf, type Shape } from './protocol/fields.ts';

/** `429`, `500`, `503`: answered as the vendor would, and nothing taken. `timeout`: no answer. `half-closed`: taken, and
 * the connection ends half-way through the answer. `slow`: taken, late. `wrong-key`: the key is revoked; healing gives
 * out a new one, which the destination has to find. */
export const STAND_IN_FAULTS = [
  'none',
  '429',
  '500',
  '503',
  'timeout',
  'half-closed',
  'slow',
  'wrong-key',
] as const;
export type StandInFaultKind = (typeof STAND_IN_FAULTS)[number];

export type StandInFault =
  | { readonly kind: 'none' }
  | ({ readonly kind: '429'; readonly retryAfterSeconds?: number } & Reach)
  | ({ readonly kind: 'slow'; readonly ms: number } & Reach)
  | Plain<Exclude<StandInFaultKind, 'none' | '429' | 'slow'>>;

/** One type a kind, so that each can be told apart. */
type Plain<Kind> = Kind extends string ? { readonly kind: Kind } & Reach : never;

/** Which calls meet a fault; without either all do, until it is healed. */
interface Reach {
  /** Of all calls, from 0 to 1, at random. */
  readonly share?: number;
  /** So many more, then it heals by itself. */
  readonly calls?: number;
}

export interface StandInState {
  /** As its destination is called. */
  readonly name: string;
  /** The kind of destination, and the vendor as people call it. */
  readonly sink: string;
  readonly title: string;
  readonly fault: StandInFault;
  /** All requests since the start, those of them that were taken, and those that break the vendor's contract. */
  readonly requests: number;
  readonly taken: number;
  readonly invalid: number;
  readonly lastAtMs?: number;
}

/** One request as it came; never a key, nor an address that is one. */
export interface StandInRequest {
  /** Counts up from 1; a gap is what was forgotten. */
  readonly seq: number;
  readonly atMs: number;
  /** Method and path. */
  readonly operation: string;
  readonly valid: boolean;
  /** What breaks the vendor's contract: where, and what would be right. */
  readonly problems: readonly Fault[];
  /** Absent where it got no answer. */
  readonly status?: number;
  /** The fault that it met. */
  readonly fault?: StandInFaultKind;
  /** As sent, so compressed where it was. */
  readonly bytes: number;
  /** Events or notices in it, of all tenants; the next two are the asker's own, and not all of many. */
  readonly count: number;
  readonly ids: readonly string[];
  /** What people would see of them, a line each. */
  readonly preview: readonly string[];
}

/** The answer of the act `stand-ins`. */
export interface StandIns {
  readonly standIns: readonly StandInState[];
  /** Where one was named: its requests after `after`, or its latest; oldest first. */
  readonly requests?: readonly StandInRequest[];
}

/** The fault as it may be set, or what is wrong with it. */
export function readStandInFault(
  value: unknown,
  path = 'fault',
): { readonly ok: true; readonly fault: StandInFault } | { readonly ok: false; readonly wrong: Fault } {
  const wrong = wrongWith(value, path);
  return wrong ? { ok: false, wrong } : { ok: true, fault: value as StandInFault };
}

function wrongWith(value: unknown, path: string): Fault | undefined {
  if (!isObject(value))
    return { path, message: `must be an object such as {"kind": "429"}, got ${kindOf(value)}` };
  const { kind } = value;
  if (typeof kind !== 'string' || !Object.hasOwn(SHAPES, kind))
    return {
      path: `${path}.kind`,
      message: `must be one of ${STAND_IN_FAULTS.join(', ')}, got ${kindOf(kind)}`,
    };
  const shape = SHAPES[kind as StandInFaultKind];
  const unknown = Object.keys(value).find((field) => field !== 'kind' && !Object.hasOwn(shape, field));
  if (unknown !== undefined)
    return {
      path: `${path}.${unknown.slice(0, 40)}`,
      message: `is no part of the fault ${kind}; it takes ${Object.keys(shape).join(', ') || 'nothing more'}`,
    };
  return firstFault(shape, value, path);
}

const between =
  (least: number, most: number, isNeeded = false) =>
  (value: unknown, path: string): Fault | undefined =>
    (value === undefined && !isNeeded) || (typeof value === 'number' && value >= least && value <= most)
      ? undefined
      : { path, message: `must be a number from ${least} to ${most}, got ${kindOf(value)}` };

const REACH: Shape = {
  share: between(0, 1),
  calls: (value, path) => (value === undefined ? undefined : countFromOne(value, path)),
};
const SHAPES: Readonly<Record<StandInFaultKind, Shape>> = {
  none: {},
  '429': { retryAfterSeconds: between(0, 86_400), ...REACH },
  '500': REACH,
  '503': REACH,
  timeout: REACH,
  'half-closed': REACH,
  slow: { ms: between(1, 60_000, true), ...REACH },
  'wrong-key': REACH,
};
