/** Finds what JSON.parse lets pass and the bus does not take: a key twice, nesting without end, integers it cannot hold.
 * Of two equal keys one reader takes the first, another the last: an event must not mean two things.
 * https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-putevents.html */

export const MAX_DEPTH = 1000;
const INT64_MIN = -(2n ** 63n);
const INT64_MAX = 2n ** 63n - 1n;

/** What is wrong with `text`, which JSON.parse has taken; undefined when nothing is. */
export function jsonFault(text: string): string | undefined {
  /** For each open bracket its keys so far; an array has none. */
  const open: (Set<string> | undefined)[] = [];
  let isKey = false;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case QUOTE: {
        const end = endOfString(text, at);
        const keys = isKey ? open.at(-1) : undefined;
        if (keys) {
          const key = keyOf(text.slice(at, end + 1));
          if (keys.has(key)) return `the key "${key.slice(0, 40)}" is there twice`;
          keys.add(key);
        }
        isKey = false;
        at = end;
        break;
      }
      case BRACE:
        open.push(new Set());
        isKey = true;
        break;
      case BRACKET:
        open.push(undefined);
        isKey = false;
        break;
      case BRACE_END:
      case BRACKET_END:
        open.pop();
        break;
      case COMMA:
        isKey = open.at(-1) !== undefined;
        break;
      default: {
        const number = numberAt(text, at);
        if (isBeyondInt64(number)) return 'an integer is beyond 64 bits';
        at += Math.max(0, number.length - 1);
      }
    }
    if (open.length > MAX_DEPTH) return `it is nested deeper than ${MAX_DEPTH} levels`;
  }
  return undefined;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BRACE = 0x7b;
const BRACE_END = 0x7d;
const BRACKET = 0x5b;
const BRACKET_END = 0x5d;
const BACKSLASH = 0x5c;

/** The index of the quote that ends the string which begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); ; end = text.indexOf('"', end + 1)) {
    let before = end - 1;
    while (text.charCodeAt(before) === BACKSLASH) before--;
    if ((end - before) % 2 === 1) return end;
  }
}

function keyOf(quoted: string): string {
  return quoted.includes('\\') ? (JSON.parse(quoted) as string) : quoted.slice(1, -1);
}

/** The number that begins at `at`; empty when none does. */
function numberAt(text: string, at: number): string {
  const code = text.charCodeAt(at);
  if (code !== 0x2d && (code < 0x30 || code > 0x39)) return '';
  NUMBER.lastIndex = at;
  return NUMBER.exec(text)?.[0] ?? '';
}

const NUMBER = /-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/y;

function isBeyondInt64(number: string): boolean {
  if (number.length < 19 || !/^-?\d+$/.test(number)) return false;
  const value = BigInt(number);
  return value < INT64_MIN || value > INT64_MAX;
}
