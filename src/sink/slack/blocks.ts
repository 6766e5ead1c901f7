/** A message's layout in Block Kit. No attachments for a bar of colour: Slack calls them legacy, and may change how they look.
 * https://docs.slack.dev/reference/block-kit/blocks */
import type { Alert } from '../../domain/alert/alert.ts';
import { code, line, paragraph } from './escape.ts';
import { eventsOf, headline, sampleLines, stateOf, timeOf } from './facts.ts';
import { addressOf, type Link } from './links.ts';

export type Block = Readonly<Record<string, unknown>> & { readonly type: string };

/** What is worth least goes first where there is too much; what has no worth named stays. */
interface Part {
  readonly block: Block;
  readonly worth?: number;
}

export function blocksOf(alert: Alert, links: readonly Link[], mention: string): readonly Block[] {
  const { message, group = {}, labels = {}, images = [] } = alert;
  const samples = sampleLines(alert, 200).map((one) => one.replaceAll('`', "'"));
  const about = Object.entries(group).map(([path, value]) => field(line(path, 60), code(value, 150)));
  return withinSum([
    { block: { type: 'header', text: plain(headline(alert, 150)) } },
    ...(mention ? [{ block: section(mention) }] : []),
    { block: { type: 'section', fields: factsOf(alert) } },
    ...inTens(about).map((fields) => ({ block: { type: 'section', fields }, worth: 5 })),
    ...(message?.trim()
      ? [{ block: { type: 'section', text: plain(paragraph(message, 1_500)) }, worth: 4 }]
      : []),
    ...(samples.length > 0
      ? [{ block: section(`*Latest events*\n\`\`\`${samples.join('\n')}\`\`\``), worth: 3 }]
      : []),
    ...images.filter(isShown).map((image) => ({ block: imageOf(image), worth: 0 })),
    ...(links.length > 0 ? [{ block: section(linkLine(links)), worth: 2 }] : []),
    ...(Object.keys(labels).length > 0 ? [{ block: context(labelLine(labels)), worth: 1 }] : []),
    { block: context(originOf(alert)) },
  ]);
}

function factsOf(alert: Alert) {
  const { severity, tenantId, firstAt, lastAt } = alert;
  return [
    field('Severity', `${severity.slice(0, 1).toUpperCase()}${severity.slice(1)}`),
    field(
      'Status',
      stateOf(alert, (text) => code(text, 200)),
    ),
    field('Events', eventsOf(alert)),
    field('Tenant', code(tenantId, 100)),
    field('First', timeOf(firstAt)),
    field('Last', timeOf(lastAt)),
  ];
}

function originOf({ rule, alertId, sequence }: Alert): string {
  const owner = rule.owner ? [`Owner ${code(rule.owner, 100)}`] : [];
  const name = `Rule ${code(rule.name, 150)} (${code(rule.id, 150)})`;
  return [name, ...owner, `Alert ${code(alertId, 100)}`, `Notice ${sequence}`].join('  ·  ');
}

function labelLine(labels: Readonly<Record<string, string>>): string {
  const all = Object.entries(labels);
  const shown = all.slice(0, LABELS).map(([key, value]) => code(`${key}: ${value}`, 120));
  return [...shown, ...(all.length > LABELS ? [`and ${all.length - LABELS} more`] : [])].join('  ');
}

/** A link that would not fit is left out whole. */
function linkLine(links: readonly Link[]): string {
  let room = MAX_SECTION - LINKS_LEFT_OUT.length;
  const shown = links
    .map(({ url, text }) => `<${addressOf(url)}|${line(text, 75) || 'Link'}>${BETWEEN}`)
    .filter(({ length }) => {
      const fits = length <= room;
      if (fits) room -= length;
      return fits;
    });
  const text = shown.join('').slice(0, -BETWEEN.length);
  return shown.length === links.length ? text : `${text}${LINKS_LEFT_OUT}`;
}

function withinSum(parts: readonly Part[]): readonly Block[] {
  let kept = parts;
  while (JSON.stringify(kept.map(({ block }) => block)).length > MAX_SUM) {
    const least = Math.min(...kept.map(({ worth = Number.POSITIVE_INFINITY }) => worth));
    const last = kept.findLastIndex(({ worth }) => worth === least);
    if (last < 0) break;
    kept = kept.toSpliced(last, 1);
  }
  const blocks = kept.map(({ block }) => block);
  return kept.length === parts.length
    ? blocks
    : [...blocks, context('Some of it is left out: too long for Slack.')];
}

function inTens<T>(fields: readonly T[]): readonly (readonly T[])[] {
  return fields.length === 0 ? [] : [fields.slice(0, 10), ...inTens(fields.slice(10))];
}

function imageOf({ url, alt }: { readonly url: string; readonly alt: string }): Block {
  return { type: 'image', image_url: new URL(url).href, alt_text: line(alt, 500) || 'Image' };
}

function isShown({ url }: { readonly url: string }): boolean {
  return new URL(url).href.length <= MAX_SECTION;
}

function field(name: string, value: string) {
  return mrkdwn(`*${name}*\n${value}`);
}

function section(text: string): Block {
  return { type: 'section', text: mrkdwn(text) };
}

function context(text: string): Block {
  return { type: 'context', elements: [mrkdwn(text)] };
}

/** Verbatim: a name such as `@here` or `#general` stays a word. */
function mrkdwn(text: string) {
  return { type: 'mrkdwn', text, verbatim: true };
}

function plain(text: string) {
  return { type: 'plain_text', text, emoji: false };
}

const LABELS = 10;
const MAX_SECTION = 3_000;
const BETWEEN = '  ·  ';
const LINKS_LEFT_OUT = '  (some addresses are too long to show)';
/** Slack refuses 13,300 characters and says of it "12,000 text characters with a buffer for containers"; that is counted
 * here with the containers. https://github.com/slackapi/bolt-js/issues/2509 */
const MAX_SUM = 11_900;
