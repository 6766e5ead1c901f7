/** Says what is wrong with a pattern, where, and what to write instead. */

/** Thrown by `parseFilter`. `path` is like `$.detail.actor.type[0].prefix`; names that are not plain words are
 * quoted: `$["detail-type"]`. The message never repeats more than a short excerpt of the pattern. */
export class FilterError extends Error {
  override readonly name = 'FilterError';
  readonly path: string;

  constructor(path: string, problem: string) {
    super(`${path}: ${problem}`);
    this.path = path;
  }
}

/** `path` extended by a field name, at most 64 characters of it. */
export function at(path: string, name: string): string {
  if (/^[A-Za-z_$][\w$]{0,63}$/.test(name)) return `${path}.${name}`;
  return `${path}[${JSON.stringify(excerpt(name, 64))}]`;
}

/** What a value is, for a message: its kind, and a short excerpt where that helps. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (typeof value === 'object') return 'an object';
  if (typeof value === 'string') return `the string ${JSON.stringify(excerpt(value, 32))}`;
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return typeof value;
}

function excerpt(text: string, length: number): string {
  return text.length <= length ? text : `${text.slice(0, length)}…`;
}
