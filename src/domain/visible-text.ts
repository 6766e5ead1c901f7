/** Text from an event, safe to look at: characters that cannot be seen, or turn the line around, are spelled out. */

const INVISIBLE = /(?![\t\n])\p{Cc}|[\u061C\u200B\u200E\u200F\u202A-\u202E\u2060-\u2069\uFEFF]/gu;
const LINE_BREAKS = /[\t\n\u2028\u2029]/g;

/** Tabs and line ends stay. */
export function visibleText(text: string): string {
  return text.replace(INVISIBLE, spelledOut);
}

/** On one line: tabs and line ends are spelled out too. */
export function visibleLine(text: string): string {
  return visibleText(text).replace(LINE_BREAKS, spelledOut);
}

function spelledOut(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`;
}
