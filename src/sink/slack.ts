/** Slack, as an app with a token or by an incoming webhook. With a token an alert is one message that is kept up to date, and
 * what people must hear is said in its thread. https://docs.slack.dev/reference/methods/chat.postMessage */
import type { Alert } from '../domain/alert/alert.ts';
import { SEVERITIES } from '../domain/event/audit-event.ts';
import type { Answer } from './judge-status.ts';
import { address, choice, type Option, optionalSecret, optionalText, text } from './options.ts';
import { type AlertRef, defineAlertSink, type SinkRequest } from './sink.ts';
import { blocksOf } from './slack/blocks.ts';
import { code } from './slack/escape.ts';
import { replyOf } from './slack/facts.ts';
import { judgeSlack } from './slack/judge.ts';
import { linksOf } from './slack/links.ts';
import { textOf } from './slack/text.ts';

const MENTION = /^(?:here|channel|[UW][A-Z0-9]{4,20}|S[A-Z0-9]{4,20})$/;
const mention: Option<readonly string[]> = {
  kind: 'list',
  doc: 'Whom a message calls: "here", "channel", ids of users (U…) or of user groups (S…).',
  wanted:
    'must be a list of "here", "channel", ids of users such as U0123ABCD and of user groups such as S0123ABCD',
  isRight: (value) =>
    Array.isArray(value) &&
    value.length <= 10 &&
    value.every((one) => typeof one === 'string' && MENTION.test(one)),
  fallback: [],
};

export const slack = defineAlertSink({
  name: 'slack',
  takes: 'alerts',
  title: 'Slack',
  options: {
    token: optionalSecret('The bot token of an app with the scope chat:write, xoxb-….'),
    channel: optionalText('Where its messages go: the id of a channel that the app is in, or its name.', {
      wanted: 'must be the id of a channel such as C0123ABCD, or its name such as #alerts',
      isRight: (value) => typeof value === 'string' && /^#?[^\s#<>]{1,80}$/.test(value),
    }),
    webhookUrl: optionalSecret('Instead of both: the address of an incoming webhook.'),
    apiUrl: text('Where the Web API is: https://slack-gov.com for GovSlack, or a proxy.', {
      ...address,
      fallback: 'https://slack.com',
    }),
    mention,
    mentionFrom: choice('The least severity that calls them.', SEVERITIES, 'high'),
    dashboardUrl: optionalText('The page, so that a message leads to its events.', address),
  },
  batch: { size: 10, windowMs: 0 },
  // A message a second and channel, 50 updates a minute: https://docs.slack.dev/apis/web-api/rate-limits
  minGapMs: 1_200,

  fault({ token, channel, webhookUrl, apiUrl, mention: called, mentionFrom }) {
    if (webhookUrl !== undefined && (token !== undefined || channel !== undefined || apiUrl !== undefined))
      return 'must have "webhookUrl" alone, or "token" and "channel": a webhook has its own channel and address';
    if (webhookUrl === undefined && (token === undefined || channel === undefined))
      return 'must have "token" and "channel", or "webhookUrl" instead';
    if (mentionFrom !== undefined && called === undefined)
      return 'has "mentionFrom" but no "mention": nobody would be called';
    return undefined;
  },

  unfit: ({ webhookUrl }) =>
    webhookUrl === undefined || address.isRight(webhookUrl) ? undefined : 'webhook_url_malformed',

  requests(alert, settings, ref, _nowMs, isPlain) {
    const { webhookUrl, dashboardUrl, channel } = settings;
    const called = mentionsOf(alert, settings);
    const links = linksOf(alert, dashboardUrl);
    const message = {
      text: textOf(alert, links, called),
      ...(!isPlain && { blocks: blocksOf(alert, links, called) }),
    };
    if (webhookUrl !== undefined)
      return alert.change === 'merged' ? [] : [post(webhookUrl, { ...message, ...NO_PREVIEW })];

    const call = (method: string, body: object) =>
      post(
        `${settings.apiUrl.replace(/\/$/, '')}/api/${method}`,
        { ...body, ...NO_PARSING },
        { authorization: `Bearer ${settings.token}` },
      );
    if (ref === undefined) return [call('chat.postMessage', { channel, ...message, ...NO_PREVIEW })];
    // Without blocks the message would keep its old ones.
    const update = call('chat.update', { channel: ref.channel, ts: ref.ts, blocks: [], ...message });
    const reply = replyOf(alert, (value) => code(value, 200));
    if (reply === undefined) return [update];
    const heard = alert.change === 'repeated' && called ? `${reply} ${called}` : reply;
    return [
      update,
      call('chat.postMessage', { channel: ref.channel, thread_ts: ref.ts, text: heard, ...NO_PREVIEW }),
    ];
  },

  judge: (answer, _count, nowMs) => judgeSlack(answer, nowMs),
  refOf: messageIn,
});

/** A timestamp is a name: as a number it would lose digits. */
function messageIn({ body }: Answer): AlertRef | undefined {
  try {
    const { channel, ts } = JSON.parse(body) as { readonly channel?: unknown; readonly ts?: unknown };
    return typeof channel === 'string' && typeof ts === 'string' ? { channel, ts } : undefined;
  } catch {
    // A webhook's "ok".
    return undefined;
  }
}

/** Only while somebody has to come. */
function mentionsOf(
  { status, severity }: Alert,
  settings: { readonly mention: readonly string[]; readonly mentionFrom: Alert['severity'] },
): string {
  const { mention: whom, mentionFrom } = settings;
  if (status !== 'firing' || SEVERITIES.indexOf(severity) < SEVERITIES.indexOf(mentionFrom)) return '';
  return whom.map(mentionOf).join(' ');
}

/** https://docs.slack.dev/messaging/formatting-message-text#advanced */
function mentionOf(whom: string): string {
  if (/^[a-z]/.test(whom)) return `<!${whom}>`;
  return whom.startsWith('S') ? `<!subteam^${whom}>` : `<@${whom}>`;
}

function post(url: string, body: object, headers: Readonly<Record<string, string>> = {}): SinkRequest {
  return {
    method: 'POST',
    url,
    headers: { ...headers, 'content-type': 'application/json; charset=utf-8' },
    body: JSON.stringify(body),
    gzip: false,
  };
}

const NO_PREVIEW = { unfurl_links: false, unfurl_media: false };
/** Only our own markup links and mentions; chat.update would do otherwise by default. */
const NO_PARSING = { parse: 'none', link_names: false };
