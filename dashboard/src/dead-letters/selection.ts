/** What the viewer chose as the selection that the server takes; faults are found before it is asked. */
import { type LetterGroup, OTHERS } from '../../../src/domain/dead-letters/groups.ts';
import { readSelection, type Selection } from '../../../src/domain/dead-letters/selection.ts';
import type { FilterProblem } from '../session/tab.ts';
import { AGES, type LettersChoice, said } from '../view/views.ts';

export type Chosen =
  | { readonly ok: true; readonly selection: Selection }
  | { readonly ok: false; readonly problem: FilterProblem };

export function selectionOf({ queue, reason, age, id, pattern }: LettersChoice): Chosen {
  const parsed = pattern === undefined ? { ok: true as const, value: undefined } : parse(pattern);
  if (!parsed.ok) return { ok: false, problem: { path: '', message: parsed.message } };
  const { title: _, ...ages } = age === undefined ? { title: '' } : AGES[age];
  const selection = said({ queue, reason, ...ages, ids: id && [id], pattern: parsed.value });
  const read = readSelection(selection, '');
  if (read.kind === 'selection') return { ok: true, selection: read.selection };
  const { path, message } = read.fault;
  // The message of a pattern begins with the path in it.
  return { ok: false, problem: { path: read.of === 'pattern' ? '' : path.replace(/^\./, ''), message } };
}

function parse(
  text: string,
): { readonly ok: true; readonly value: unknown } | { ok: false; message: string } {
  try {
    return { ok: true, value: JSON.parse(text) };
  } catch (error) {
    return { ok: false, message: `this is not JSON: ${(error as Error).message}` };
  }
}

/** The choice that shows the letters of a group: whatever else was chosen stays. What stands for many reasons or actions
 * chooses none of them. */
export function choiceOf(choice: LettersChoice, { queue, reason, action }: LetterGroup): LettersChoice {
  const isOne = (text: string) => text !== '' && text !== OTHERS;
  return said({
    ...choice,
    queue,
    ...(isOne(reason) && { reason }),
    ...(isOne(action) && { pattern: withAction(choice.pattern, action) }),
  });
}

/** A pattern that cannot be read gives way: it selects nothing. */
function withAction(pattern: string | undefined, action: string): string {
  const parsed = pattern === undefined ? undefined : parse(pattern);
  const held = parsed?.ok && typeof parsed.value === 'object' && parsed.value !== null ? parsed.value : {};
  return JSON.stringify({ ...held, action: [action] });
}
