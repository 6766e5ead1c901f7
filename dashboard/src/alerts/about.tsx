/** What stands in an alert's detail beside its life: its rule, its group, where to read on. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { clock } from '../view/settings.ts';
import { showDayAndTime } from '../view/show-time.ts';
import { isOver } from './alert-book.ts';
import { kindInWords } from './alert-facts.ts';
import { channelsInWords } from './alerts-table.tsx';
import { endInWords, safeHref } from './in-words.ts';

export function About({ alert }: { readonly alert: Alert }) {
  const { rule, group = {}, labels = {}, links = [], channels, firstAt, lastAt } = alert;
  const runbook = safeHref(rule.runbookUrl);
  const when = (at: string) => showDayAndTime(Date.parse(at), clock.value === 'utc');
  const facts: readonly (readonly [label: string, value: string, href?: string | undefined])[] = [
    ['Rule', `${rule.name} (${rule.id})`],
    ['Finds', kindInWords(alert)],
    ...(rule.owner ? [['Owner', rule.owner] as const] : []),
    ...(rule.runbookUrl ? [['Runbook', rule.runbookUrl, runbook] as const] : []),
    ...Object.entries(group).map(([path, value]) => [path, value] as const),
    ['First event', when(firstAt)],
    ['Last event', when(lastAt)],
    ['Told', channelsInWords(channels)],
    ...(isOver(alert) ? [['Resolved', endInWords(alert)] as const] : []),
    ...Object.entries(labels).map(([name, value]) => [name, value] as const),
    ...links
      .filter(({ url }) => !isThisPage(url))
      .map(({ url, text }) => [text, url, safeHref(url)] as const),
  ];
  return (
    <section aria-label="About">
      <h3>About</h3>
      <dl class="facts">
        {facts.map(([label, value, href]) => (
          <div key={label}>
            <dt>{visibleText(label)}</dt>
            <dd>
              {href === undefined ? (
                <bdi>{visibleText(value)}</bdi>
              ) : (
                <a href={href} target="_blank" rel="noreferrer">
                  <bdi>{visibleText(value)}</bdi>
                </a>
              )}
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Notices lead to this page; on it that leads nowhere. */
function isThisPage(url: string): boolean {
  return URL.canParse(url) && new URL(url).origin === location.origin;
}
