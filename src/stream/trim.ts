/** Makes an event small enough for one frame: the largest parts go first, who did what to what always stays. */
import { utf8Bytes } from '../domain/protocol/encode.ts';
import { isObject } from '../domain/protocol/fields.ts';

/** The JSON of an event or alert, at most `maxBytes` of UTF-8, and what had to go for it. */
export interface Wire {
  readonly json: string;
  readonly trimmed?: { readonly bytes: number; readonly paths: readonly string[] };
}

/** The same input is cut the same way everywhere. `json` is the text of `event`, where it is at hand. */
export function wireOf(event: object, maxBytes: number, json = JSON.stringify(event)): Wire {
  const bytes = utf8Bytes(json);
  if (bytes <= maxBytes) return { json };
  const left = JSON.parse(json) as Record<string, unknown>;
  const paths: string[] = [];
  let size = bytes;
  for (const part of partsOf(left)) {
    if (size <= maxBytes) break;
    size -= part.bytes - utf8Bytes(part.drop());
    paths.push(part.path);
  }
  if (size > maxBytes) paths.push(...cutStrings(left));
  const named = paths.slice(0, MAX_PATHS).map((path) => path.slice(0, MAX_PATH_CHARS));
  return { json: JSON.stringify(left), trimmed: { bytes, paths: named } };
}

/** Never dropped: with these a viewer sees who did what, when, to what and how it ended. */
const KEPT = new Set([
  'schemaVersion',
  'id',
  'tenantId',
  'occurredAt',
  'recordedAt',
  'action',
  'activity',
  'category',
  'outcome',
  'severity',
  'type',
  'name',
  'service',
  'environment',
]);
/** Objects that lose their parts, not themselves. */
const OPENED = new Set(['actor', 'source', 'http', 'http.request', 'http.response', 'error', 'context']);
const TARGETS_KEPT = 3;
const CHARS_KEPT = 128;
/** An alert may have any number of parts; naming the largest is enough. */
const MAX_PATHS = 50;
const MAX_PATH_CHARS = 30;

interface Part {
  readonly path: string;
  readonly bytes: number;
  /** Takes the part out, and gives the JSON of what stays in its place. */
  readonly drop: () => string;
}

/** What can be dropped, largest first. */
function partsOf(event: Record<string, unknown>): readonly Part[] {
  return droppable(event, '').sort((a, b) => b.bytes - a.bytes || (a.path < b.path ? -1 : 1));
}

function droppable(holder: Record<string, unknown>, prefix: string): Part[] {
  return Object.entries(holder).flatMap(([key, value]): Part[] => {
    const path = prefix + key;
    if (OPENED.has(path) && isObject(value)) return droppable(value, `${path}.`);
    if (KEPT.has(key) && !(typeof value === 'object')) return [];
    const bytes = utf8Bytes(JSON.stringify(value));
    if (path === 'targets' && Array.isArray(value))
      return [{ path, bytes, drop: () => JSON.stringify(cutTargets(holder, key, value)) }];
    return [
      {
        path,
        bytes,
        drop: () => {
          delete holder[key];
          return '';
        },
      },
    ];
  });
}

function cutTargets(holder: Record<string, unknown>, key: string, targets: readonly unknown[]) {
  const few = targets
    .filter(isObject)
    .slice(0, TARGETS_KEPT)
    .map(({ type, id, name }) => JSON.parse(JSON.stringify({ type, id, name })));
  holder[key] = few;
  return few;
}

/** The last resort: long strings in what must stay. */
function cutStrings(holder: Record<string, unknown> | unknown[], prefix = ''): string[] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const path = prefix + key;
    if (typeof value === 'string' && value.length > CHARS_KEPT) {
      (holder as Record<string, unknown>)[key] = value.slice(0, CHARS_KEPT).toWellFormed();
      return [path];
    }
    return isObject(value) || Array.isArray(value) ? cutStrings(value as never, `${path}.`) : [];
  });
}
