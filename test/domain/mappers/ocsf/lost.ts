/** Which leaves of an event a document does not have. Each text, number and key of the event must be in it as it is; what
 * OCSF says in words of its own is listed, with the place where it must stand. Lists and objects with nothing in them say
 * nothing, and may be left out. */
import type { AuditEvent } from '../../../../src/domain/event/audit-event.ts';

type Json = Readonly<Record<string, unknown>>;
/** Whether the document says this value of the event otherwise. */
type Translation = (document: Json, value: never, event: AuditEvent) => boolean;

const LEVELS = ['info', 'low', 'medium', 'high', 'critical'];
const STATUSES: Readonly<Record<string, number>> = {
  success: 1,
  failure: 2,
  denied: 2,
  error: 2,
  unknown: 0,
};
/** OCSF's caption, or the attribute that is named for it, in the place of a target's type. */
const TARGET_WORDS: ReadonlyMap<string, readonly string[]> = new Map([
  ['user', ['user']],
  ['service_account', ['user']],
  ['device', ['entity']],
  ['organization', ['entity']],
  ['group', ['entity', 'group']],
  ['policy', ['entity', 'policies']],
  ['database', ['database']],
  ['table', ['table']],
  ['bucket', ['databucket']],
  ['s3_bucket', ['databucket']],
  ['gcs_bucket', ['databucket']],
]);

const TRANSLATED: readonly (readonly [RegExp, Translation])[] = [
  [/^occurredAt$/, ({ time }, value: string) => time === Date.parse(value)],
  [/^recordedAt$/, (doc, value: string) => at(doc, 'metadata.logged_time') === Date.parse(value)],
  [/^severity$/, ({ severity_id }, value: string) => severity_id === LEVELS.indexOf(value) + 1],
  [
    /^outcome$/,
    ({ status_id, unmapped }, value: string) =>
      status_id === STATUSES[value] &&
      (['denied', 'error'].includes(value) ? at(unmapped, 'outcome') === value : true),
  ],
  [
    /^activity$/,
    ({ activity_name, unmapped }, value: string) =>
      at(unmapped, 'activity') === value || String(activity_name).toLowerCase() === value,
  ],
  [
    /^actor\.type$/,
    (doc, value: string) => {
      const caption = value === 'api_key' || value === 'anonymous' ? value : capitalized(value);
      return at(doc, 'actor.user.type') === caption;
    },
  ],
  [/^actor\.mfa$/, (doc, value: boolean) => at(doc, 'actor.session.is_mfa') === value],
  [
    /^targets\[\d+\]\.type$/,
    (doc, value: string) => (TARGET_WORDS.get(value) ?? []).some((name) => doc[name] !== undefined),
  ],
  [/^changes\[\d+\]\.op$/, (doc) => doc.entity_result !== undefined || at(doc, 'entity.data') !== undefined],
  [
    /^http\.request\.query(\.|$)/,
    (doc, _value, { http }) =>
      JSON.stringify([...new URLSearchParams(String(at(doc, 'http_request.url.query_string')))]) ===
      JSON.stringify(Object.entries(http?.request?.query ?? {})),
  ],
  [/^performance\.durationMs$/, ({ duration }, value: number) => duration === value],
  [
    /^privacy\.classification$/,
    (doc, value: string) =>
      at(doc, 'metadata.data_classifications.0.confidentiality') ===
      (value === 'public' ? 'Not Confidential' : value === 'internal' ? value : capitalized(value)),
  ],
];

export function lostOf(event: AuditEvent, document: Json): readonly string[] {
  const leaves = leavesOf(document);
  const said = new Set<unknown>(leaves.flatMap(({ path, value }) => [...path, value]));
  const pairs = new Set(leaves.map(({ path, value }) => `${path.at(-1)}=${value}`));
  const isFound = ({ path, value }: Leaf): boolean => {
    const where = path.join('.').replaceAll(/\.(\d+)(?=\.|$)/g, '[$1]');
    const translated = TRANSLATED.find(([of]) => of.test(where));
    if (translated?.[1](document, value as never, event)) return true;
    if (FREE.test(where) && !said.has(path.at(-1))) return false;
    // Flags are everywhere: one must stand beside its name.
    if (typeof value !== 'boolean' && value !== null) return said.has(value);
    return namesOf(path, event).some((name) => pairs.has(`${name}=${value}`));
  };
  return leavesOf(event)
    .filter((leaf) => !isFound(leaf))
    .map(({ path }) => path.join('.'));
}

/** Where the producer chose the names. */
const FREE =
  /^(labels|metadata|actor\.metadata|targets\[\d+\]\.metadata|http\.re(quest|sponse)\.(headers|body))[.[]/;

/** What a value may be called: a body is the call's `data`, a changed value stands under its path. */
function namesOf([first, second, third, ...rest]: readonly string[], { changes }: AuditEvent) {
  const name = rest.at(-1) ?? third ?? second ?? first;
  if (third === 'body' && rest.length === 0) return ['body', 'data'];
  if (first === 'changes' && rest.length === 0) return [name, changes?.[Number(second)]?.path];
  return [name];
}

interface Leaf {
  readonly path: readonly string[];
  readonly value: unknown;
}

function leavesOf(value: unknown, path: readonly string[] = []): readonly Leaf[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }];
  return Object.entries(value).flatMap(([name, content]) => leavesOf(content, [...path, name]));
}

function at(value: unknown, path: string | readonly string[]): unknown {
  const names = typeof path === 'string' ? path.split('.') : path;
  return names.reduce<unknown>(
    (inner, name) =>
      typeof inner === 'object' && inner !== null && Object.hasOwn(inner, name)
        ? (inner as Json)[name]
        : undefined,
    value,
  );
}

function capitalized(word: string): string {
  return `${word.slice(0, 1).toUpperCase()}${word.slice(1)}`;
}
