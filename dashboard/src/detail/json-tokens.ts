/** JSON text cut into what a reader tells apart: names, strings, numbers, words, and the rest. */

export interface Token {
  readonly kind: 'name' | 'string' | 'number' | 'word' | 'rest';
  readonly text: string;
}

const TOKEN = /("(?:[^"\\]|\\.)*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g;

/** Joined again the tokens are the text, whatever it is. */
export function tokensOf(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = 0;
  for (const match of text.matchAll(TOKEN)) {
    const [all, quoted, colon, number] = match;
    if (match.index > at) tokens.push({ kind: 'rest', text: text.slice(at, match.index) });
    tokens.push({ kind: quoted ? (colon ? 'name' : 'string') : number ? 'number' : 'word', text: all });
    at = match.index + all.length;
  }
  if (at < text.length) tokens.push({ kind: 'rest', text: text.slice(at) });
  return tokens;
}
