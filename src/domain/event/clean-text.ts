/** Takes out of a text what breaks sinks, terminals and hashes, and nothing else. */

/** C0 and C1 controls but tab and newline; a carriage return only when no newline follows it; surrogates, perhaps lone. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const SUSPECT = /[\0-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROLS = /[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]|\r(?!\n)/g;

/** Lone surrogates become U+FFFD, control characters but tab and newline go. Cleaning twice changes nothing. */
export function cleanText(text: string): string {
  return SUSPECT.test(text) ? text.toWellFormed().replace(CONTROLS, '') : text;
}

/** One line: what stands in a header value cannot start another header. */
export function cleanLine(text: string): string {
  return cleanText(text).replace(/[\r\n]+/g, ' ');
}

/** The first `maxLength` characters (UTF-16 units), never half of a pair. */
export function cutText(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = (text.charCodeAt(maxLength - 1) & 0xfc00) === 0xd800;
  return text.slice(0, half ? maxLength - 1 : maxLength);
}
