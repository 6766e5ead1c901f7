/** What events of a group have in common, as texts that people read and states are named by. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../domain/event/canonical-json.ts';
import { cleanText, cutText } from '../domain/event/clean-text.ts';
import { valueAt } from './value-at.ts';

/** Of an event that has nothing at a path. */
export const NO_VALUE = '(none)';

/** The value at each path as text. */
export function groupOf(event: unknown, paths: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(paths.map((path) => [path, textAt(event, path) ?? NO_VALUE]));
}

/** The value at a path as text; undefined where there is none. Different values have different texts, of at most 256
 * characters; of a list the order does not count. */
export function textAt(event: unknown, path: string): string | undefined {
  const value = valueAt(event, path);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return shortened(textOf(value));
  const texts = new Set(value.filter((one) => one !== undefined && one !== null).map(textOf));
  return texts.size === 0 ? undefined : shortened([...texts].sort().join(','));
}

/** Names the state of a group: the same for equal groups, whatever the order of the paths. */
export function groupHash(group: Readonly<Record<string, string>>): string {
  return hash('sha256', canonicalJson(group), 'base64url').slice(0, 22);
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return cleanText(value);
  return typeof value === 'object' ? '(object)' : String(value);
}

/** What is cut off still tells two values apart. */
function shortened(text: string): string {
  if (text.length <= MAX_LENGTH) return text;
  const mark = `…${hash('sha256', text, 'base64url').slice(0, 8)}`;
  return `${cutText(text, MAX_LENGTH - mark.length)}${mark}`;
}

const MAX_LENGTH = 256;
