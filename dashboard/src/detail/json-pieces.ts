/** A long text cut at line ends, so that each piece stands as a block of its own and is drawn when it is wanted. */

export const PIECE_CHARS = 16_000;

/** Joined with a newline where one was cut away, the pieces are the text. A line longer than two pieces is cut inside. */
export function piecesOf(text: string): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length; ) {
    const line = text.indexOf('\n', from + PIECE_CHARS);
    const end = line < 0 ? text.length : line;
    if (end - from <= 2 * PIECE_CHARS) {
      pieces.push(text.slice(from, end));
      from = end + 1;
    } else {
      pieces.push(text.slice(from, from + PIECE_CHARS));
      from += PIECE_CHARS;
    }
  }
  return pieces;
}
