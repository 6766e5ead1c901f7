/** JSON of an event, or around one. A large one is shown piece by piece, so that 200 KB do not hold up the page. */
import { useMemo, useState } from 'preact/hooks';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { piecesOf } from './json-pieces.ts';
import { tokensOf } from './json-tokens.ts';

const FIRST_PIECES = 1;
const MORE_PIECES = 4;

interface Props {
  readonly value: unknown;
  readonly title: string;
}

export function JsonView({ value, title }: Props) {
  const text = useMemo(() => JSON.stringify(value, null, 2), [value]);
  const pieces = useMemo(() => piecesOf(text), [text]);
  const [count, setCount] = useState(FIRST_PIECES);
  const leftChars = pieces.slice(count).reduce((sum, piece) => sum + piece.length, 0);
  const drawn = useMemo(
    () => pieces.slice(0, count).map((piece, i) => <Piece key={i} text={piece} />),
    [pieces, count],
  );
  const bytes = useMemo(() => new Blob([text]).size, [text]);
  return (
    <div class="json">
      <div class="json-tools">
        <button type="button" onClick={() => void navigator.clipboard.writeText(text)}>
          Copy JSON
        </button>
        <span>{(bytes / 1024).toFixed(1)} KB</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <div class="json-text" tabIndex={0} role="region" aria-label={title}>
        {drawn}
      </div>
      {leftChars > 0 && (
        <button type="button" onClick={() => setCount(count + MORE_PIECES)}>
          Show more ({Math.ceil(leftChars / 1024)} KB left)
        </button>
      )}
    </div>
  );
}

function Piece({ text }: { readonly text: string }) {
  return (
    <pre>
      {tokensOf(text).map(({ kind, text: part }, i) =>
        kind === 'rest' ? (
          part
        ) : (
          <span key={i} class={`json-${kind}`}>
            {visibleText(part)}
          </span>
        ),
      )}
    </pre>
  );
}
