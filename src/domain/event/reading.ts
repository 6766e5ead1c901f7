/** Carries one reading of an event: where we are, what is wrong so far, and what was cut or masked. */
import type { Issue } from './audit-event-error.ts';

/** Checks and cleans one value. `undefined` leaves the field out: after `at.fault(…)`, or because nothing remains. */
export type Read = (value: unknown, at: Reading) => unknown;

/** More faults than anyone reads; the last one says that there are more. */
const MAX_ISSUES = 50;
/** An event of the largest size holds fewer values; more come from a cycle or from an attack. */
const MAX_VALUES = 200_000;

export class Reading {
  readonly path: (string | number)[] = [];
  readonly issues: Issue[] = [];
  readonly truncated: string[] = [];
  readonly redacted: string[] = [];
  /** At most so many bytes of UTF-8 JSON were read: an event far below the limit is never measured exactly. */
  bytesAtMost = 2;
  #values = 0;

  /** Notes that the value here is not what `must` says. */
  fault(must: string, value: unknown, remedy = ''): undefined {
    this.note(`${must}, got ${kindOf(value)}${remedy && `; ${remedy}`}`);
  }

  note(message: string): undefined {
    if (this.issues.length < MAX_ISSUES) this.issues.push({ path: this.here(), message });
    else if (this.issues.length === MAX_ISSUES)
      this.issues.push({ path: '', message: 'has more faults; repair these first' });
  }

  /** False once the event holds more values than any legal event can. */
  count(): boolean {
    this.#values++;
    if (this.#values === MAX_VALUES)
      this.note(`holds more than ${MAX_VALUES} values; send fewer, and nothing that refers to itself`);
    return this.#values < MAX_VALUES;
  }

  here(): string {
    return spell(this.path);
  }
}

/** The steps to a place as one path: `metadata.raw["a b"][0]`. */
export function spell(steps: readonly (string | number)[]): string {
  return steps.reduce<string>((path, step) => path + spelled(step, path === ''), '');
}

/** The kind of a value in plain words, never the value. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'number') return Number.isFinite(value) ? 'a number' : 'a number that is not finite';
  if (typeof value === 'string') {
    if (value === '') return 'an empty string';
    return value.trim() === '' ? 'a blank string' : `a string of ${value.length} characters`;
  }
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

/** JSON's kind of object: no class instance, no array; of any realm. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function spelled(step: string | number, first: boolean): string {
  if (typeof step === 'number') return `[${step}]`;
  if (/^[\w$-]{1,64}$/.test(step)) return first ? step : `.${step}`;
  return `[${JSON.stringify(step.slice(0, 64).toWellFormed())}]`;
}
