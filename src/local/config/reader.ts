/** Walks a configuration and collects every fault with its path. */
import { isObject, kindOf } from '../../domain/protocol/fields.ts';

/** The value as the home takes it; a fault is noted and answers undefined. */
export type Read = (at: Reader, value: unknown, path: string) => unknown;
/** The fields of an object. */
export type Shape = Readonly<Record<string, Read>>;

/** Shorter secrets can be guessed. */
const MIN_SECRET_CHARS = 16;

export class Reader {
  readonly faults: string[] = [];
  /** What relative paths are relative to. */
  readonly dir: string;
  readonly env: Readonly<Record<string, string | undefined>>;

  constructor({ dir, env }: { dir: string; env: Readonly<Record<string, string | undefined>> }) {
    this.dir = dir;
    this.env = env;
  }

  /** Notes the fault; the value itself is never said. */
  fault(path: string, wanted: string, value: unknown): undefined {
    this.faults.push(`${path || 'the file'}: ${wanted}, got ${kindOf(value)}`);
    return undefined;
  }

  object(
    value: unknown,
    path: string,
    shape: Shape,
    required: readonly string[] = [],
  ): Readonly<Record<string, unknown>> {
    if (!isObject(value)) {
      this.fault(path, 'must be an object', value);
      return {};
    }
    const under = (name: string) => (path === '' ? name : `${path}.${name}`);
    for (const name of required)
      if (!Object.hasOwn(value, name)) this.faults.push(`${under(name)}: is missing; add it`);
    const read = Object.entries(value).flatMap(([name, field]) => {
      const known = Object.hasOwn(shape, name) ? shape[name] : undefined;
      if (!known)
        this.faults.push(
          `${under(name.slice(0, 40))}: is no setting; there are ${Object.keys(shape).join(', ')}`,
        );
      const found = known?.(this, field, under(name));
      return found === undefined ? [] : [[name, found] as const];
    });
    return Object.fromEntries(read);
  }

  secretOf(secret: string | undefined, path: string, where: string): string | undefined {
    if (secret === undefined || secret === '') this.faults.push(`${path}: ${where} has no secret; set it`);
    else if (secret.length < MIN_SECRET_CHARS)
      this.faults.push(
        `${path}: ${where} has a secret shorter than ${MIN_SECRET_CHARS} characters; make a longer one`,
      );
    else return secret;
    return undefined;
  }
}
