/** An event's JSON. A large one is shown piece by piece, so that 200 KB do not hold up the page. */
import { useEffect, useState } from 'preact/hooks';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { showText } from '../view/show-text.ts';

const PIECE_CHARS = 16_000;

export function JsonView({ event }: { readonly event: AuditEvent }) {
  const [text, setText] = useState('');
  const [pieces, setPieces] = useState(1);
  useEffect(() => {
    setText(JSON.stringify(event, null, 2));
    setPieces(1);
  }, [event]);
  const shown = piecesOf(text, pieces);
  const left = text.length - pieces * PIECE_CHARS;
  return (
    <div class="json">
      <div class="json-tools">
        <button type="button" class="quiet" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy JSON
        </button>
        <span>{(new Blob([text]).size / 1024).toFixed(1)} KB</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div class="json-text" tabIndex={0} role="region" aria-label="The event as JSON">
        {shown.map((piece, i) => (
          <pre key={i}>{showText(piece)}</pre>
        ))}
      </div>
      {left > 0 && (
        <button type="button" class="quiet" onClick={() => setPieces(pieces + 4)}>
          Show more ({Math.ceil(left / 1024)} KB left)
        </button>
      )}
    </div>
  );
}

/** Cut at line ends, so that each piece stands as a block of its own. */
function piecesOf(text: string, count: number): readonly string[] {
  const pieces: string[] = [];
  for (let from = 0; from < text.length && pieces.length < count; ) {
    const line = text.indexOf('\n', from + PIECE_CHARS);
    const to = line < 0 || line - from > 2 * PIECE_CHARS ? from + PIECE_CHARS : line + 1;
    pieces.push(text.slice(from, to).replace(/\n$/, ''));
    from = to;
  }
  return pieces;
}
