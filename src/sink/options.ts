/** What a destination can be told: described once, for checks, docs and types. */
import { isObject, kindOf } from '../domain/protocol/fields.ts';

/** Where a secret is. Each home reads its own kinds: Secrets Manager and Parameter Store in AWS, environment and file on
 * one machine. `field` names a field of a secret that is JSON. */
export type SecretRef =
  | { readonly secret: string; readonly field?: string }
  | { readonly parameter: string; readonly field?: string }
  | { readonly env: string }
  | { readonly file: string };
/** Those that a deployment can have. */
export type StoredSecretRef = Exclude<SecretRef, { readonly env: string } | { readonly file: string }>;

export interface Option<Value> {
  readonly kind: 'text' | 'choice' | 'list' | 'flag' | 'number' | 'secret';
  /** What it is for: a sentence, shown in the docs. */
  readonly doc: string;
  /** What to write, as a person would be told: `must be …`. */
  readonly wanted: string;
  isRight(value: unknown): boolean;
  /** Taken when nothing is written; without one the option is needed, unless `optional`. */
  readonly fallback?: Value;
  readonly optional?: boolean;
}

// biome-ignore lint/suspicious/noExplicitAny: an option of whatever value.
export type OptionShape = Readonly<Record<string, Option<any>>>;

/** Options as the sink's file gets them: checked, defaults filled in, secrets read. */
export type SettingsOf<Shape extends OptionShape> = {
  readonly [Name in keyof Shape]: Shape[Name] extends Option<infer Value> ? Value : never;
};

export function text(doc: string, more: Partial<Option<string>> = {}): Option<string> {
  return { kind: 'text', doc, wanted: 'must be a text', isRight: isText, ...more };
}

export function optionalText(doc: string, more: Partial<Option<string | undefined>> = {}) {
  return {
    kind: 'text',
    doc,
    wanted: 'must be a text',
    isRight: isText,
    optional: true,
    ...more,
  } satisfies Option<string | undefined> as Option<string | undefined>;
}

/** Of an option that is an address: whoever listens in between must not read what is sent there. */
export const address = {
  wanted: 'must be an address that begins with https:// (http:// only to this machine)',
  isRight: (value: unknown) => typeof value === 'string' && URL.canParse(value) && isAddress(new URL(value)),
};

function isAddress({ protocol, hostname }: URL): boolean {
  return (
    protocol === 'https:' || (protocol === 'http:' && /^(127\.0\.0\.1|localhost|\[::1\])$/.test(hostname))
  );
}

export function optionalNumber(
  doc: string,
  { from, to }: { readonly from: number; readonly to: number },
): Option<number | undefined> {
  return {
    kind: 'number',
    doc,
    wanted: `must be a whole number from ${from} to ${to}`,
    isRight: (value) => Number.isInteger(value) && (value as number) >= from && (value as number) <= to,
    optional: true,
  };
}

export function choice<const Value extends string>(
  doc: string,
  values: readonly Value[],
  fallback: Value,
): Option<Value> {
  return {
    kind: 'choice',
    doc,
    wanted: `must be one of ${values.join(', ')}`,
    isRight: (value) => (values as readonly unknown[]).includes(value),
    fallback,
  };
}

export function flag(doc: string, fallback: boolean): Option<boolean> {
  return {
    kind: 'flag',
    doc,
    wanted: 'must be true or false',
    isRight: (value) => typeof value === 'boolean',
    fallback,
  };
}

export function secret(doc: string): Option<string> {
  return { kind: 'secret', doc, wanted: SECRET_WANTED, isRight: isSecretRef };
}

export function optionalSecret(doc: string): Option<string | undefined> {
  return { ...secret(doc), optional: true } as Option<string | undefined>;
}

const SECRET_WANTED =
  'must say where the secret is, such as {"secret": "name"} (Secrets Manager), {"parameter": "/name"} (Parameter Store), {"env": "NAME"} or {"file": "path"}; never the secret itself';

/** Notes each fault with its path, the value's kind and what to write; answers what is right, defaults filled in. */
export function readOptions(
  shape: OptionShape,
  given: Readonly<Record<string, unknown>>,
  path: string,
  faults: string[],
): Readonly<Record<string, unknown>> {
  for (const name of Object.keys(given))
    if (!Object.hasOwn(shape, name))
      faults.push(`${path}.${name.slice(0, 40)}: is no option; there are ${Object.keys(shape).join(', ')}`);
  return Object.fromEntries(
    Object.entries(shape).flatMap(([name, option]) => {
      const value = given[name] ?? option.fallback;
      if (value === undefined) {
        if (!option.optional) faults.push(`${path}.${name}: is missing; it ${option.wanted}`);
        return [];
      }
      if (!option.isRight(value)) faults.push(`${path}.${name}: ${option.wanted}, got ${kindOf(value)}`);
      return [[name, value]];
    }),
  );
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.trim() !== '';
}

export function isSecretRef(value: unknown): value is SecretRef {
  if (!isObject(value)) return false;
  const { field, ...where } = value;
  const [[kind, name] = [], ...others] = Object.entries(where);
  if (others.length > 0 || !isText(name) || !(field === undefined || isText(field))) return false;
  return (
    kind === 'secret' || kind === 'parameter' || (field === undefined && ['env', 'file'].includes(`${kind}`))
  );
}
