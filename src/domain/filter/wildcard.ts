/** Wildcards without a regular expression: the pieces between the stars are looked for from left to right, once. */

/** The pieces between the `*`s, escapes resolved. One piece: no star at all. */
export type Wildcard = readonly string[];

/** Reads a wildcard, or says what is wrong with it. `*` is any run of characters, `\*` and `\\` are themselves. */
export function parseWildcard(text: string): Wildcard | { readonly problem: string } {
  const pieces: string[] = [];
  let piece = '';
  for (let i = 0; i < text.length; i++) {
    const next = text[i + 1];
    if (text[i] === '*') {
      if (next === '*')
        return { problem: `two wildcards in a row at character ${i}; write one *, or \\* for a star` };
      pieces.push(piece);
      piece = '';
    } else if (text[i] === '\\') {
      if (next !== '*' && next !== '\\')
        return {
          problem: `a backslash that escapes nothing at character ${i}; write \\\\ for a backslash, \\* for a star`,
        };
      piece += next;
      i++;
    } else piece += text[i];
  }
  pieces.push(piece);
  return pieces;
}

export function matchesWildcard(text: string, pieces: Wildcard): boolean {
  const first = pieces[0] as string;
  if (pieces.length === 1) return text === first;
  const last = pieces[pieces.length - 1] as string;
  const end = text.length - last.length;
  if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
  let at = first.length;
  for (let i = 1; i < pieces.length - 1; i++) {
    const piece = pieces[i] as string;
    const found = text.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
    if (at > end) return false;
  }
  return true;
}
