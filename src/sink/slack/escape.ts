/** Makes what a producer wrote a text that Slack shows as it is: it mentions nobody, links nowhere, and is never cut
 * within a character. https://docs.slack.dev/messaging/formatting-message-text#escaping */
import { cutText } from '../../domain/event/clean-text.ts';
import { visibleLine, visibleText } from '../../domain/visible-text.ts';

/** On one line, at most `max` characters once it is escaped. */
export function line(text: string, max: number): string {
  return fitted(visibleLine(cutText(text, max + 2)), max);
}

/** The same with its line ends. */
export function paragraph(text: string, max: number): string {
  return fitted(visibleText(cutText(text.replaceAll('\r\n', '\n'), max + 2)), max);
}

/** The same in a code span, where `*` and `_` mean nothing: for names and values within mrkdwn. */
export function code(text: string, max: number): string {
  const shown = line(text.replaceAll('`', "'").trim(), max - 2);
  return shown === '' ? '–' : `\`${shown}\``;
}

/** Only these three, or others would be shown as they are written. */
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function fitted(text: string, max: number): string {
  const whole = escaped(text);
  if (whole.length <= max) return whole;
  const room = max - ELLIPSIS.length;
  return `${fill(graphemesOf(text), room) || fill(text, room)}${ELLIPSIS}`;
}

/** As many pieces as there is room for: an entity, and whatever is one piece, goes in whole or not at all. */
function fill(pieces: Iterable<string>, room: number): string {
  let text = '';
  for (const piece of pieces) {
    const shown = escaped(piece);
    if (text.length + shown.length > room) break;
    text += shown;
  }
  return text;
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
function* graphemesOf(text: string): Iterable<string> {
  for (const { segment } of graphemes.segment(text)) yield segment;
}

const ELLIPSIS = '…';
