/** The facts in groups; a value that can be filtered by opens the menu. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import type { OpenMenu } from '../table/value-menu.tsx';
import { clock } from '../view/settings.ts';
import { showDayAndTime } from '../view/show-time.ts';
import { type Fact, factsOf } from './facts.ts';

interface Props {
  readonly event: AuditEvent;
  readonly onMenu: OpenMenu;
}

export function Facts({ event, onMenu }: Props) {
  return (
    <>
      {factsOf(event).map(({ title, facts }) => (
        <section key={title} aria-label={title}>
          <h3>{title}</h3>
          <dl class="facts">
            {facts.map((fact) => (
              <div key={`${fact.path ?? fact.label} ${fact.value}`}>
                <dt>{visibleText(fact.label)}</dt>
                <dd>
                  <Value fact={fact} onMenu={onMenu} />
                </dd>
              </div>
            ))}
          </dl>
        </section>
      ))}
    </>
  );
}

function Value({
  fact: { path, value, isTime },
  onMenu,
}: {
  readonly fact: Fact;
  readonly onMenu: OpenMenu;
}) {
  const text = visibleText(String(value));
  if (isTime) return <time title={text}>{showDayAndTime(Date.parse(text), clock.value === 'utc')}</time>;
  if (path === undefined) return <bdi>{text}</bdi>;
  return (
    <button
      type="button"
      class="value"
      onClick={(click) => onMenu(click, { path, value, text: String(value) })}
    >
      <bdi>{text}</bdi>
    </button>
  );
}
