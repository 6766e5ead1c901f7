/** Judges documents by the compiled OCSF 1.8.0 schema: each fault with its path. */
import { readFileSync } from 'node:fs';
import { isOfType, type Primitive } from './primitive.ts';

interface Attribute {
  readonly type: string;
  readonly requirement: 'required' | 'recommended' | 'optional';
  readonly is_array?: boolean;
  readonly profile?: string | null;
  /** The attribute that holds the caption of this one's value. */
  readonly sibling?: string;
  readonly enum?: Readonly<Record<string, string>>;
  readonly '@deprecated'?: { readonly message: string };
}
interface Shape {
  readonly caption: string;
  readonly profiles?: readonly string[];
  readonly constraints?: { readonly at_least_one?: readonly string[]; readonly just_one?: readonly string[] };
  readonly attributes: Readonly<Record<string, Attribute>>;
}
interface Class extends Shape {
  readonly category: string;
  readonly class_uid: number;
  readonly category_uid: number;
}

const { classes, objects, types, version } = JSON.parse(
  readFileSync(new URL('../../../data/contracts/ocsf-1.8.0.json', import.meta.url), 'utf8'),
) as {
  readonly version: string;
  readonly classes: Readonly<Record<string, Class>>;
  readonly objects: Readonly<Record<string, Shape>>;
  readonly types: Readonly<Record<string, Primitive>>;
};

export const CLASSES = Object.values(classes);

/** The contract has the categories' numbers only. https://schema.ocsf.io/1.8.0/categories */
const CATEGORIES: Readonly<Record<string, string>> = {
  iam: 'Identity & Access Management',
  application: 'Application Activity',
};

type Json = Readonly<Record<string, unknown>>;
interface Visit {
  readonly profiles: readonly string[];
  readonly used: Set<string>;
  readonly faults: string[];
}

export function faultsOf(document: Json): readonly string[] {
  const own = CLASSES.find(({ class_uid }) => class_uid === document.class_uid);
  if (!own) return [`class_uid: ${document.class_uid} is no class of the contract`];
  const { profiles = [] } = (document.metadata ?? {}) as { profiles?: readonly string[] };
  const at: Visit = { profiles, used: new Set(), faults: [] };
  judgeShape(document, own, '', at);
  judgeNames(document, own, at.faults);
  const known = profilesOf(own);
  for (const profile of profiles) {
    if (!known.has(profile)) at.faults.push(`metadata.profiles: ${profile} is no profile of the class`);
    else if (!at.used.has(profile)) at.faults.push(`metadata.profiles: ${profile} has no attribute here`);
  }
  return at.faults;
}

function judgeNames(document: Json, own: Class, faults: string[]): void {
  const activity = own.attributes.activity_id?.enum?.[String(document.activity_id)];
  const expected = {
    class_name: own.caption,
    category_uid: own.category_uid,
    category_name: CATEGORIES[own.category],
    type_uid: own.class_uid * 100 + Number(document.activity_id),
    type_name: `${own.caption}: ${activity}`,
  };
  for (const [name, value] of Object.entries(expected))
    if (document[name] !== value) faults.push(`${name}: is not ${value}`);
  if ((document.metadata as Json | undefined)?.version !== version)
    faults.push(`metadata.version: is not ${version}`);
}

function judgeShape(value: Json, shape: Shape, path: string, at: Visit): void {
  const here = (name: string) => (path === '' ? name : `${path}.${name}`);
  for (const [name, content] of Object.entries(value)) {
    const attribute = Object.hasOwn(shape.attributes, name) ? shape.attributes[name] : undefined;
    if (!attribute) at.faults.push(`${here(name)}: is no attribute of ${shape.caption}`);
    else judgeAttribute(content, attribute, here(name), at);
    if (attribute?.sibling !== undefined)
      judgeSibling(content, value[attribute.sibling], attribute, here(name), at);
  }
  for (const [name, { requirement, profile }] of Object.entries(shape.attributes))
    if (requirement === 'required' && isOn(profile, at) && value[name] === undefined)
      at.faults.push(`${here(name)}: is required`);
  const count = (names: readonly string[]) => names.filter((name) => value[name] !== undefined).length;
  const { at_least_one: some, just_one: one } = shape.constraints ?? {};
  if (some && count(some) === 0) at.faults.push(`${here('')}: needs one of ${some}`);
  if (one && count(one) !== 1) at.faults.push(`${here('')}: needs exactly one of ${one}`);
}

function judgeAttribute(value: unknown, attribute: Attribute, path: string, at: Visit): void {
  if (attribute['@deprecated']) at.faults.push(`${path}: is deprecated`);
  if (attribute.profile) at.used.add(attribute.profile);
  if (!isOn(attribute.profile, at)) at.faults.push(`${path}: needs the profile ${attribute.profile}`);
  if (!attribute.is_array) judgeValue(value, attribute, path, at);
  else if (!Array.isArray(value) || value.length === 0)
    at.faults.push(`${path}: is not an array with something in it`);
  else for (const [index, one] of value.entries()) judgeValue(one, attribute, `${path}[${index}]`, at);
}

function judgeValue(value: unknown, { type, enum: choices }: Attribute, path: string, at: Visit): void {
  // What a class and its category are called is judged by `judgeNames`; the contract has the base event's here.
  if (choices && !/^(class|category)_uid$/.test(path) && !Object.hasOwn(choices, String(value)))
    at.faults.push(`${path}: ${value} is none of its values`);
  const object = objects[type];
  if (!object) {
    if (!isOfType(value, type, types)) at.faults.push(`${path}: is no ${type}`);
  } else if (typeof value !== 'object' || value === null || Array.isArray(value))
    at.faults.push(`${path}: is no ${type}`);
  // `object` has no attributes: it is for anything.
  else if (type !== 'object') judgeShape(value as Json, object, path, at);
}

/** The text beside an id is the id's caption; only for 99 it is the source's own, and then it must be there. */
function judgeSibling(id: unknown, text: unknown, attribute: Attribute, path: string, at: Visit): void {
  const caption = attribute.enum?.[String(id)];
  if (/_uid$/.test(path) || caption === undefined) return;
  if (id === 99 ? typeof text !== 'string' : text !== undefined && text !== caption)
    at.faults.push(`${path}: beside ${id} stands ${text}`);
}

function isOn(profile: string | null | undefined, { profiles }: Visit): boolean {
  return !profile || profiles.includes(profile);
}

/** Those that the class names, and those of the attributes that it and its objects have: the compiled contract does not
 * pass the parents' on. */
function profilesOf(shape: Shape, seen = new Set<Shape>()): ReadonlySet<string> {
  if (seen.has(shape)) return new Set();
  seen.add(shape);
  return new Set([
    ...(shape.profiles ?? []),
    ...Object.values(shape.attributes).flatMap(({ profile, type }) => [
      ...(profile ? [profile] : []),
      ...(objects[type] ? profilesOf(objects[type], seen) : []),
    ]),
  ]);
}
