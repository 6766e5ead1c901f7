/** Writes a JSON value in the one way that RFC 8785 allows, so that equal content has equal bytes.
 * https://www.rfc-editor.org/rfc/rfc8785 */

/** Keys sorted by UTF-16 units, numbers and strings as ECMAScript writes them, fields of `undefined` left out.
 * @throws TypeError for what JSON cannot say exactly: lone surrogates, numbers that are not finite, functions. */
export function canonicalJson(value: unknown): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return text(value);
  if (typeof value === 'number' && Number.isFinite(value)) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value !== 'object') throw new TypeError(`a ${typeof value} has no canonical JSON`);
  const object = value as Readonly<Record<string, unknown>>;
  const entries = Object.keys(object)
    .sort()
    .flatMap((key) => (object[key] === undefined ? [] : `${text(key)}:${canonicalJson(object[key])}`));
  return `{${entries.join(',')}}`;
}

function text(value: string): string {
  if (!value.isWellFormed()) throw new TypeError('a string with a lone surrogate has no canonical JSON');
  return JSON.stringify(value);
}
