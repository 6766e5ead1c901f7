/** YAML 1.2 as plain data: no tags, no merge keys, no key twice, no aliases without end. */
import { type Document, isScalar, LineCounter, type ParseOptions, parseAllDocuments, visit } from 'yaml';

/** Each fault begins with the place: `, line 3, column 7: …`. */
export interface Parsed {
  readonly values: readonly unknown[];
  readonly faults: readonly string[];
}

/** What aliases may make of a document: so many copies, as the parser counts them. */
const MAX_ALIASES = 100;
/** More faults of one file than anyone reads. */
const MAX_FAULTS = 10;

/** All documents of the text but those that say nothing. */
export function parseYaml(text: string): Parsed {
  const lines = new LineCounter();
  const documents = documentsOf(text, lines);
  const faults = [
    ...documents.flatMap((document) => syntaxFaults(document, lines)),
    ...keysTwice(documents, lines),
  ];
  if (faults.length > 0) return { values: [], faults: faults.slice(0, MAX_FAULTS) };
  const values: unknown[] = [];
  for (const document of documents) {
    const plain = plainData(document);
    if (plain.kind === 'fault') faults.push(`${lineOf(document, lines)}: ${plain.reason}`);
    else if (plain.value !== null) values.push(plain.value);
  }
  return { values, faults };
}

/** Keys that stand twice in an object of a JSON text: JSON.parse takes the last without a word. */
export function duplicateKeys(json: string): readonly string[] {
  const lines = new LineCounter();
  return keysTwice(documentsOf(json, lines), lines);
}

function documentsOf(text: string, lineCounter: LineCounter): readonly Document.Parsed[] {
  const documents = parseAllDocuments(text, { ...OPTIONS, lineCounter });
  return 'empty' in documents ? [] : documents;
}

const OPTIONS = {
  schema: 'core',
  // Also under a directive `%YAML 1.1`, where `no` is false and 22:30 a number.
  version: '1.2',
  resolveKnownTags: false,
  merge: false,
  stringKeys: true,
  // The parser's own check takes time with the square of the keys.
  uniqueKeys: false,
  prettyErrors: false,
  logLevel: 'error',
} as const satisfies ParseOptions & Record<string, unknown>;

function syntaxFaults({ errors, warnings }: Document.Parsed, lines: LineCounter): readonly string[] {
  return [
    ...errors.map(({ message, pos }) => `${place(pos[0], lines)}: ${message}; ${QUOTES}`),
    ...warnings.map(({ message, pos }) => `${place(pos[0], lines)}: ${message}; take it out`),
  ];
}

const QUOTES = 'look at the indentation, and put texts with { } [ ] : # in quotes';

function keysTwice(documents: readonly Document.Parsed[], lines: LineCounter): string[] {
  const faults: string[] = [];
  for (const document of documents)
    visit(document, {
      Map(_, map) {
        const keys = new Set<string>();
        for (const { key } of map.items) {
          const name = String(isScalar(key) ? key.value : key);
          if (keys.has(name) && isScalar(key))
            faults.push(
              `${place(key.range?.[0] ?? 0, lines)}: the key "${name.slice(0, 40)}" is there twice; take one out`,
            );
          keys.add(name);
        }
      },
    });
  return faults;
}

type Plain =
  | { readonly kind: 'plain'; readonly value: unknown }
  | { readonly kind: 'fault'; readonly reason: string };

function plainData(document: Document.Parsed): Plain {
  try {
    const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
    // Throws where it refers to itself.
    JSON.stringify(value);
    return isTooDeep(value) ? { kind: 'fault', reason: TOO_DEEP } : { kind: 'plain', value };
  } catch (error) {
    const { name, message } = error as Error;
    if (name === 'RangeError') return { kind: 'fault', reason: TOO_DEEP };
    if (/Excessive alias/.test(message))
      return { kind: 'fault', reason: 'has too many aliases within aliases; write them out' };
    if (/Unresolved alias/.test(message))
      return { kind: 'fault', reason: `${message}; check its name, or put the text in quotes` };
    return { kind: 'fault', reason: 'refers to itself; write plain values' };
  }
}

const MAX_DEPTH = 64;
export const TOO_DEEP = `is nested deeper than ${MAX_DEPTH} levels; flatten it`;

export function isTooDeep(value: unknown, depth = 1): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return depth > MAX_DEPTH || Object.values(value).some((each) => isTooDeep(each, depth + 1));
}

function lineOf(document: Document.Parsed, lines: LineCounter): string {
  return place(document.contents?.range?.[0] ?? 0, lines);
}

function place(offset: number, lines: LineCounter): string {
  const { line, col } = lines.linePos(offset);
  return `, line ${line}, column ${col}`;
}
