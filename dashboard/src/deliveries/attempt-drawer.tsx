/** All about one request: what became of it, what was in it, and what the stand-in of a local run saw of it. */
import type { DeliveryAttempt } from '../../../src/domain/deliveries.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { DrawerFrame } from '../detail/drawer-frame.tsx';
import { clock } from '../view/settings.ts';
import { showDayAndTime } from '../view/show-time.ts';
import { bytesInWords, durationInWords, OUTCOMES_IN_WORDS, reasonInWords, worstOf } from './in-words.ts';
import { OutcomeMark } from './outcome-mark.tsx';
import { SeenByStandIn } from './seen-by-stand-in.tsx';
import type { Seen } from './use-stand-ins.ts';

interface Props {
  readonly attempt: DeliveryAttempt;
  /** Undefined where there is no stand-in. */
  readonly seen: Seen | undefined;
  readonly onEvent: (id: string) => void;
  readonly onClose: () => void;
}

export function AttemptDrawer({ attempt, seen, onEvent, onClose }: Props) {
  const { n, destination, atMs, durationMs, bytes, answer, count, tryNumber, outcomes, events } = attempt;
  return (
    <DrawerFrame
      label="Request detail"
      bodyLabel="All about this request"
      title={`Request to ${destination}`}
      marks={<OutcomeMark kind={worstOf(outcomes)} />}
      of={String(n)}
      onClose={onClose}
    >
      <section aria-label="Outcome">
        <h3>Outcome</h3>
        <ul class="outcomes">
          {outcomes.map(({ kind, reason, count: some }) => (
            <li key={`${kind} ${reason}`}>
              <OutcomeMark kind={kind} text={`${some.toLocaleString()} ${OUTCOMES_IN_WORDS[kind]}`} />
              {reason !== undefined && (
                <span title={reason}>
                  : <bdi>{visibleText(reasonInWords(reason))}</bdi>
                </span>
              )}
            </li>
          ))}
        </ul>
      </section>
      <section aria-label="Request">
        <h3>Request</h3>
        <dl class="facts">
          {(
            [
              ['Sent', showDayAndTime(atMs, clock.value === 'utc')],
              ['Answer', 'status' in answer ? `HTTP ${answer.status}` : reasonInWords(answer.reason)],
              ['Duration', durationInWords(durationMs)],
              ['Size', `${bytesInWords(bytes)}, before compression`],
              ['Events', count.toLocaleString()],
              ['Try', count === 1 ? String(tryNumber) : `${tryNumber}, of the event tried most often`],
            ] as const
          ).map(([label, value]) => (
            <div key={label}>
              <dt>{label}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </section>
      {seen && <SeenByStandIn seen={seen} />}
      <section aria-label="Events in it">
        <h3>
          Events in it <small>{eventsInWords(events.length, count)}</small>
        </h3>
        <ul class="neighbours">
          {events.map(({ id, tries, outcome }) => (
            <li key={id}>
              <button type="button" class="value" onClick={() => onEvent(id)}>
                <bdi>
                  <code>{visibleText(id)}</code>
                </bdi>
                <span>{tries > 1 ? `try ${tries}` : ''}</span>
                <OutcomeMark kind={outcome} />
              </button>
            </li>
          ))}
        </ul>
      </section>
    </DrawerFrame>
  );
}

function eventsInWords(shown: number, count: number): string {
  if (shown === count) return '';
  if (shown === 0) return 'none of them is of your tenant, or not among the few whose ids are kept';
  return `the first ${shown} of your tenant; ${count.toLocaleString()} of all tenants`;
}
