/** Comparison that ignores case exactly as AWS's matcher does: character by character, each in lower or upper case.
 * `ß` therefore equals `SS`, and no locale plays a part. */

/** A text folded for comparing: of each character, its lower and its upper case. */
export interface Folded {
  readonly lower: readonly string[];
  readonly upper: readonly string[];
}

export function fold(text: string): Folded {
  const units = [...text];
  return { lower: units.map((unit) => unit.toLowerCase()), upper: units.map((unit) => unit.toUpperCase()) };
}

export function equalsIgnoringCase(text: string, folded: Folded): boolean {
  return endOfPrefix(text, folded) === text.length;
}

export function startsIgnoringCase(text: string, folded: Folded): boolean {
  return endOfPrefix(text, folded) >= 0;
}

export function endsIgnoringCase(text: string, folded: Folded): boolean {
  let end = text.length;
  for (let i = folded.lower.length - 1; i >= 0; i--) {
    const lower = folded.lower[i] as string;
    const upper = folded.upper[i] as string;
    if (text.endsWith(lower, end)) end -= lower.length;
    else if (text.endsWith(upper, end)) end -= upper.length;
    else return false;
  }
  return true;
}

/** Where the folded text ends in `text` when `text` starts with it, or -1. */
function endOfPrefix(text: string, folded: Folded): number {
  let at = 0;
  for (let i = 0; i < folded.lower.length; i++) {
    const lower = folded.lower[i] as string;
    const upper = folded.upper[i] as string;
    if (text.startsWith(lower, at)) at += lower.length;
    else if (text.startsWith(upper, at)) at += upper.length;
    else return -1;
  }
  return at;
}
