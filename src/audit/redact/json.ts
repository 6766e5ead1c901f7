/** Masks the secrets of any JSON data: by the names of fields, and by their form anywhere. */
import { MASK, maskSecrets } from '../../domain/event/mask-secrets.ts';
import { isSecretName } from '../../domain/event/secret-name.ts';

export type Steps = readonly (string | number)[];
/** Where something was masked. */
export type Cut = (at: Steps) => void;

/** The same value where nothing was masked, else a copy of what had to change. `byName` also goes by fields' names. */
export function redactJson(value: unknown, at: (string | number)[], cut: Cut, byName: boolean): unknown {
  if (typeof value === 'string') return redactString(value, at, cut);
  if (typeof value === 'number') return value >= MIN_CARD ? redactNumber(value, at, cut) : value;
  if (typeof value !== 'object' || value === null) return value;
  // Deeper than this the event's own check refuses or the body is not kept.
  if (at.length > MAX_DEPTH) return masked(at, cut);
  return Array.isArray(value) ? redactList(value, at, cut, byName) : redactObject(value, at, cut, byName);
}

function redactString(value: string, at: Steps, cut: Cut): string {
  // A length far above any limit: only what is kept is looked at.
  const { text, masked } = maskSecrets(value, MAX_TEXT);
  if (!masked) return value.length > MAX_TEXT ? text : value;
  cut(at);
  return text;
}

/** A card's number without quotes. */
function redactNumber(value: number, at: Steps, cut: Cut): unknown {
  return maskSecrets(String(value), MAX_TEXT).masked ? masked(at, cut) : value;
}

function redactList(list: readonly unknown[], at: (string | number)[], cut: Cut, byName: boolean): unknown {
  let copy: unknown[] | undefined;
  for (let i = 0; i < list.length; i++) {
    at.push(i);
    const kept = redactJson(list[i], at, cut, byName);
    at.pop();
    if (kept !== list[i]) {
      copy ??= [...list];
      copy[i] = kept;
    }
  }
  return copy ?? list;
}

function redactObject(object: object, at: (string | number)[], cut: Cut, byName: boolean): unknown {
  let copy: Record<string, unknown> | undefined;
  const fields = object as Readonly<Record<string, unknown>>;
  for (const key in fields) {
    if (!Object.hasOwn(fields, key)) continue;
    const value = fields[key];
    const name = key.length < MIN_SECRET ? key : maskSecrets(key, MAX_TEXT).text;
    at.push(name);
    const kept = byName && isSecret(key, value) ? masked(at, cut) : redactJson(value, at, cut, byName);
    if (name !== key) {
      copy ??= { ...fields };
      delete copy[key];
      cut(at);
    }
    if (kept !== value || name !== key) {
      copy ??= { ...fields };
      // Never `__proto__ =`: that would set the prototype.
      Object.defineProperty(copy, name, {
        value: kept,
        configurable: true,
        enumerable: true,
        writable: true,
      });
    }
    at.pop();
  }
  return copy ?? object;
}

/** Whether there is a secret says nothing; that there is none may be told. */
function isSecret(name: string, value: unknown): boolean {
  return (
    value !== null &&
    value !== undefined &&
    value !== '' &&
    value !== MASK &&
    typeof value !== 'boolean' &&
    isSecretName(name)
  );
}

function masked(at: Steps, cut: Cut): string {
  cut(at);
  return MASK;
}

/** As many as the largest body that is kept may have. */
const MAX_TEXT = 256 * 1_024;
const MAX_DEPTH = 40;
/** No secret is shorter that is known by its form. */
const MIN_SECRET = 13;
const MIN_CARD = 1e12;
