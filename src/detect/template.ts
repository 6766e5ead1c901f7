/** Writes what a person reads of an alert: a rule's title or message with values of the event in its `{…}`. The values are
 * anybody's; what comes out is safe in a notice, and `parseAlert` changes nothing in it. */
import { cleanLine, cleanText, cutText } from '../domain/event/clean-text.ts';
import { maskSecrets } from '../domain/event/mask-secrets.ts';
import { spanText } from '../domain/rules/span.ts';
import { visibleLine } from '../domain/visible-text.ts';
import { NO_VALUE } from './group-of.ts';
import { valueAt } from './value-at.ts';

export interface TemplateFacts {
  /** Missing where the absence of events is the alert. */
  readonly event?: object | undefined;
  readonly tenantId: string;
  readonly group: Readonly<Record<string, string>>;
  readonly count: number;
  readonly windowMs?: number | undefined;
  /** Of the field that is counted or watched. */
  readonly value?: string | undefined;
}

/** One line of at most 256 characters. */
export function renderTitle(template: string, facts: TemplateFacts): string {
  return closed(cleanLine(filled(template, facts, { most: 80 })), 256);
}

/** At most 4,096 characters. */
export function renderMessage(template: string, facts: TemplateFacts): string {
  return closed(cleanText(filled(template, facts, { most: 400 })), 4_096);
}

/** Braces that stand for themselves, or a name in braces. */
const PLACEHOLDER = /\{\{|\}\}|\{([^{}]*)\}/g;

function filled(template: string, facts: TemplateFacts, { most }: { readonly most: number }): string {
  return template.replace(PLACEHOLDER, (all: string, name: string | undefined) =>
    name === undefined ? (all[0] as string) : shown(wordOf(name, facts), most),
  );
}

function wordOf(name: string, facts: TemplateFacts): string | undefined {
  const { event, tenantId, group, count, windowMs, value } = facts;
  if (name === 'count') return String(count);
  if (name === 'window') return windowMs === undefined ? undefined : spanText(windowMs);
  if (name === 'value') return value;
  if (name === 'tenantId') return tenantId;
  const found = valueAt(event, name);
  if (found !== undefined) return inWords(found);
  const common = Object.hasOwn(group, name) ? group[name] : undefined;
  return common === NO_VALUE ? undefined : common;
}

function inWords(value: unknown): string {
  if (Array.isArray(value)) return few(value);
  return isScalar(value) ? String(value) : `{${few(Object.keys(value as object))}}`;
}

/** The first of a list, and how many more there are. */
function few(list: readonly unknown[]): string {
  const words = list.slice(0, FEW).map((one) => (isScalar(one) ? String(one) : '{…}'));
  const more = list.length - words.length;
  return words.join(', ') + (more > 0 ? ` +${more}` : '');
}

function isScalar(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}

/** A value cannot begin a line of its own, turn the text around, or fill it. */
function shown(word: string | undefined, most: number): string {
  const clean = cleanText(word ?? '');
  if (clean.trim() === '') return '–';
  // Masked before it is cut: half a secret would not be known for one.
  return shortened(maskSecrets(visibleLine(clean), LONGEST).text, most);
}

function closed(text: string, most: number): string {
  // What stands before a value may tell that it is a secret, and the cut may make one of what was none.
  return maskSecrets(shortened(maskSecrets(text, most * 2).text, most), most).text;
}

function shortened(text: string, most: number): string {
  return text.length > most ? `${cutText(text, most - 1)}…` : text;
}

const FEW = 5;
/** No more of a value is looked at. */
const LONGEST = 8_192;
