/** A message as text alone: what notifications and screen readers say, and all there is where Slack refuses the layout.
 * https://docs.slack.dev/reference/methods/chat.postMessage#arguments */
import type { Alert } from '../../domain/alert/alert.ts';
import { line, paragraph } from './escape.ts';
import { eventsOf, headline, sampleLines, stateOf, timeOf } from './facts.ts';
import { addressOf, type Link } from './links.ts';

/** Slack cuts what is longer somewhere above; nobody reads more. */
const MAX_TEXT = 3_900;

/** The most important first. Whole lines: what there is no room for is left out. */
export function textOf(alert: Alert, links: readonly Link[], mention: string): string {
  const { severity, rule, group = {}, message, tenantId, firstAt, lastAt, images = [] } = alert;
  const first = `${headline(alert, 400)}${mention && ` ${mention}`}`;
  const lines = [
    `Severity: ${severity}`,
    `${stateOf(alert, (text) => line(text, 200))}.`,
    `Tenant: ${tenantId}`,
    `Events: ${eventsOf(alert)}`,
    `First: ${timeOf(firstAt)}`,
    `Last: ${timeOf(lastAt)}`,
    ...Object.entries(group).map(([path, value]) => `${line(path, 80)}: ${line(value, 200)}`),
    // As a quotation, so that none of its lines can pass for one of ours.
    ...(message
      ? paragraph(message, 1_000)
          .split('\n')
          .map((one) => `&gt; ${one}`)
      : []),
    ...sampleLines(alert, 200),
    ...[...links, ...images.map(({ url, alt }) => ({ url, text: alt || 'Image' }))].map(
      ({ url, text }) => `${line(text, 75)}: <${addressOf(url)}>`,
    ),
    `Rule: ${line(rule.name, 200)}`,
    ...(rule.owner ? [`Owner: ${line(rule.owner, 100)}`] : []),
    `Alert: ${alert.alertId}`,
  ];
  let room = MAX_TEXT - first.length;
  const kept = lines.filter(({ length }) => {
    const fits = length + 1 <= room;
    if (fits) room -= length + 1;
    return fits;
  });
  return [first, ...kept].join('\n');
}
