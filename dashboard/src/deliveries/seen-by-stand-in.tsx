/** A request as the stand-in of its vendor saw it: whether it keeps to the contract, and what people would see of it. */
import { visibleText } from '../../../src/domain/visible-text.ts';
import { FAULTS_IN_WORDS } from './stand-in-control.tsx';
import type { Seen } from './use-stand-ins.ts';

export function SeenByStandIn({ seen }: { readonly seen: Seen }) {
  return (
    <section aria-label="As the stand-in saw it">
      <h3>As the stand-in saw it</h3>
      {seen.kind === 'looking' && <p class="message">Looking…</p>}
      {seen.kind === 'forgotten' && (
        <p class="message">The stand-in keeps only its last requests; this is none of them.</p>
      )}
      {seen.kind === 'seen' && <AsSeen {...seen} />}
    </section>
  );
}

function AsSeen({ request }: Extract<Seen, { kind: 'seen' }>) {
  const { operation, valid, problems, fault, preview } = request;
  return (
    <div class="as-seen">
      <p>
        <code>{visibleText(operation)}</code>
      </p>
      {valid ? (
        <p class="verdict good">It keeps to the vendor’s contract.</p>
      ) : (
        <>
          <p class="verdict bad">It breaks the vendor’s contract:</p>
          <ul class="problems">
            {problems.map(({ path, message }) => (
              <li key={path}>
                <code>{visibleText(path)}</code> {visibleText(message)}
              </li>
            ))}
          </ul>
        </>
      )}
      {fault && <p class="message">The stand-in was told to fail: it {FAULTS_IN_WORDS[fault]}.</p>}
      {preview.length > 0 && (
        <ul class="preview" aria-label="What people would see">
          {preview.map((line, i) => (
            <li key={i}>
              <bdi>{visibleText(line)}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
