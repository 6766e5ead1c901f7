/** Whether a condition of a pattern can hold, or must, given what a field of an event can be. In doubt it can, and need
 * not: "never" and "always" are said only where they are sure. */
import { accepts, type Condition, passes, type Test, type Value } from '../filter/condition.ts';
import type { Folded } from '../filter/ignore-case.ts';
import type { FieldKind, TextForm } from './value-kinds.ts';

/** Whether some event may have the value there. */
export function canBe(kind: FieldKind, value: Value): boolean {
  switch (kind.kind) {
    case 'any':
      return true;
    case 'choice':
      return kind.values.some((choice) => choice === value);
    case 'text':
      return typeof value === 'string' && kind.form.whole(value);
    case 'number':
      return (
        typeof value === 'number' &&
        value >= kind.least &&
        value <= kind.most &&
        (!kind.isWhole || Number.isInteger(value))
      );
  }
}

/** Whether some value that an event may have there passes. */
export function canPass(kind: FieldKind, test: Test): boolean {
  switch (kind.kind) {
    case 'any':
      return true;
    case 'choice':
      return kind.values.some((choice) => passes(test, choice));
    case 'text':
      return textCanPass(kind, test);
    case 'number':
      return numberCanPass(kind, test);
  }
}

/** Whether every value that an event may have there satisfies the condition. */
export function takesAll(kind: FieldKind, condition: Condition): boolean {
  if (kind.kind === 'choice') return kind.values.every((choice) => accepts(condition, choice));
  return condition.tests.some((test) => mustPass(kind, test));
}

type Text = Extract<FieldKind, { kind: 'text' }>;
type Numbers = Extract<FieldKind, { kind: 'number' }>;

function textCanPass(kind: Text, test: Test): boolean {
  const { form } = kind;
  switch (test.kind) {
    case 'numeric':
      return false;
    case 'prefix':
      return form.piece(test.text, 'start');
    case 'suffix':
      return form.piece(test.text, 'end');
    case 'wildcard':
      return wildcardCanPass(form, test.pieces);
    case 'equals-ignore-case':
      return spellings(test.folded).some(form.whole) || !spelledOut(form, test.folded);
    case 'prefix-ignore-case':
    case 'suffix-ignore-case':
      return spelledIn(form, test.folded);
    case 'anything-but':
      return !test.tests.some((each) => mustPass(kind, each));
    default:
      return true;
  }
}

function wildcardCanPass(form: TextForm, pieces: readonly string[]): boolean {
  if (pieces.length === 1) return form.whole(pieces[0] as string);
  return pieces.every((piece, i) =>
    form.piece(piece, i === 0 ? 'start' : i === pieces.length - 1 ? 'end' : 'middle'),
  );
}

function spellings({ lower, upper }: Folded): readonly string[] {
  return [lower.join(''), upper.join('')];
}

/** Each character may stand in such a text, in lower or upper case. */
function spelledIn(form: TextForm, { lower, upper }: Folded): boolean {
  return lower.every((each, i) => form.piece(each, 'middle') || form.piece(upper[i] as string, 'middle'));
}

/** All spellings are known not to be such a text: a character is foreign to it, or there is one spelling alone. */
function spelledOut(form: TextForm, folded: Folded): boolean {
  if (!spelledIn(form, folded)) return true;
  const { lower, upper } = folded;
  // Where just one case of each character is possible, that spelling was tried.
  const forced = lower.every((each, i) => each === upper[i] || !form.piece(upper[i] as string, 'middle'));
  return forced;
}

function numberCanPass(kind: Numbers, test: Test): boolean {
  switch (test.kind) {
    case 'present':
    case 'anything-but':
      return true;
    case 'numeric': {
      const low = Math.max(kind.least, test.low);
      const high = Math.min(kind.most, test.high);
      if (!kind.isWhole) return low < high || (low === high && passes(test, low));
      const first = Math.ceil(low);
      const next = passes(test, first) ? first : first + 1;
      return next <= high && passes(test, next);
    }
    default:
      return false;
  }
}

/** Whether every value that may be there passes. */
function mustPass(kind: FieldKind, test: Test): boolean {
  if (test.kind === 'present') return true;
  switch (kind.kind) {
    case 'any':
      return false;
    case 'choice':
      return kind.values.every((choice) => passes(test, choice));
    case 'text':
      return textMustPass(kind, test);
    case 'number':
      return test.kind === 'numeric'
        ? passes(test, kind.least) && passes(test, kind.most)
        : test.kind === 'anything-but' && excludesNothing(kind, test);
  }
}

function textMustPass(kind: Text, test: Test): boolean {
  switch (test.kind) {
    case 'prefix':
    case 'suffix':
      return test.text === '';
    case 'prefix-ignore-case':
    case 'suffix-ignore-case':
      return test.folded.lower.length === 0;
    case 'wildcard':
      return test.pieces.length > 1 && test.pieces.every((piece) => piece === '');
    case 'anything-but':
      return excludesNothing(kind, test);
    default:
      return false;
  }
}

/** Whether nothing that is excluded could be there. */
function excludesNothing(kind: FieldKind, test: Extract<Test, { kind: 'anything-but' }>): boolean {
  return (
    ![...test.values].some((value) => canBe(kind, value)) && !test.tests.some((each) => canPass(kind, each))
  );
}
