/** Makes the book of rules of what a folder's files say. A rule that is wrong does not lose the others; every fault is told
 * at once, by file, rule and path. */
import { isPlainObject, Reading } from '../event/reading.ts';
import { fieldsOf, inside } from './field-kinds.ts';
import { POLICY_FIELDS, parsePolicy } from './parse-policy.ts';
import { parseRule } from './parse-rule.ts';
import type { Rule } from './rule.ts';
import { NO_RULES, type RuleBook, type RuleDocument } from './rule-book.ts';
import { RULE_ID } from './rule-shape.ts';

export interface ParsedRules {
  /** All that is right. */
  readonly book: RuleBook;
  /** Each names file, rule and path, the kind of what is there, and the remedy. */
  readonly faults: readonly string[];
}

/** Never throws, whatever the documents hold. */
export function parseRules(documents: readonly RuleDocument[]): ParsedRules {
  const faults: string[] = [];
  const rules = new Map<string, Rule>();
  let policy: { readonly file: string; readonly parsed: RuleBook['policy'] } | undefined;

  for (const { file, place, value } of placed(documents)) {
    if (!isPolicyFile(file)) {
      for (const rule of rulesOf(value, file, place, faults)) {
        const first = rules.get(rule.id);
        if (first === undefined) rules.set(rule.id, rule);
        else faults.push(`${place}: rule ${rule.id}: id ${taken(first.file)}`);
      }
    } else if (policy === undefined) {
      policy = { file, parsed: readSafely(faults, place, (at) => parsePolicy(value, at)) ?? NO_RULES.policy };
    } else faults.push(`${place}: is a second policy; put it into ${policy.file}`);
  }
  return { book: { rules: [...rules.values()], policy: policy?.parsed ?? NO_RULES.policy }, faults };
}

function taken(file: string | undefined): string {
  return `is taken by a rule of ${file} already; ids are unique over all files, so rename one`;
}

/** `policy.yaml`, in whichever folder it lies. */
function isPolicyFile(file: string): boolean {
  return /(^|[\\/])policy\.(ya?ml|json)$/i.test(file);
}

/** Documents with where they are, for people: those of a file that has several are numbered. */
function placed(documents: readonly RuleDocument[]): readonly (RuleDocument & { readonly place: string })[] {
  const byFile = Map.groupBy(documents, ({ file }) => file);
  return documents.map((document) => {
    const siblings = byFile.get(document.file) ?? [];
    const number = siblings.length > 1 ? `, document ${siblings.indexOf(document) + 1}` : '';
    return { ...document, place: `${document.file}${number}` };
  });
}

/** One rule, or `rules: [...]`. */
function rulesOf(value: unknown, file: string, place: string, faults: string[]): readonly Rule[] {
  const elements = readSafely(faults, place, (at) => elementsOf(value, at)) ?? [];
  return elements.flatMap(({ element, index }) => {
    const id = safeId(element);
    const label = id !== undefined ? `: rule ${id}` : index !== undefined ? `: rules[${index}]` : '';
    const rule = readSafely(faults, `${place}${label}`, (at) => parseRule(element, at, file));
    return rule === undefined ? [] : [rule];
  });
}

interface Element {
  readonly element: unknown;
  /** In the list of a file that has one. */
  readonly index?: number;
}

function elementsOf(value: unknown, at: Reading): readonly Element[] | undefined {
  if (!isPlainObject(value)) return at.fault('must be a rule, or {rules: […]} with several', value);
  const ofPolicy = POLICY_FIELDS.find((field) => Object.hasOwn(value, field));
  if (ofPolicy !== undefined)
    return inside(ofPolicy, at, () => at.note('belongs to the policy; put it into the file policy.yaml'));
  if (!Object.hasOwn(value, 'rules')) return [{ element: value }];
  const { rules } = (severalShape(value, at) ?? {}) as { readonly rules?: readonly unknown[] };
  return rules?.map((element, index) => ({ element, index }));
}

const severalShape = fieldsOf(
  {
    'rules!': (value, at) => (Array.isArray(value) ? value : at.fault('must be a list of rules', value)),
  },
  'a file of several rules',
);

/** Undefined where it is none: then the rule is named by its place. */
function safeId(rule: unknown): string | undefined {
  try {
    const { id } = rule as { readonly id?: unknown };
    return typeof id === 'string' && RULE_ID.test(id) ? id : undefined;
  } catch {
    return undefined;
  }
}

/** Tells the faults of a reading under `place`. Getters that throw are faults too: nothing that came out of a file. */
function readSafely<T>(faults: string[], place: string, read: (at: Reading) => T): T | undefined {
  const at = new Reading();
  let result: T | undefined;
  try {
    result = read(at);
  } catch {
    at.note('could not be read; write plain data');
  }
  for (const { path, message } of at.issues) faults.push(`${place}: ${path}${path && ' '}${message}`);
  return result;
}
