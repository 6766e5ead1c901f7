/** What a Slack message may be. Limits: https://docs.slack.dev/reference/block-kit/blocks and the doc comments of
 * `@slack/types`; 50 blocks: https://docs.slack.dev/reference/block-kit */
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { address, all, byType, type Check, fields, flag, listOf, oneOf, text, wrong } from './contract.ts';
import { noticeIn } from './notice-in.ts';
import type { ReceivedItem } from './stand-in.ts';

/** A fault under the name that Slack has for it. */
export interface MessageFault {
  readonly error: string;
  readonly fault: Fault;
}

const short = text({ most: 255 });
const plainText = (most: number) =>
  fields({ 'type!': oneOf('plain_text'), 'text!': text({ least: 1, most }), emoji: flag });
const anyText = (most: number) =>
  fields({
    'type!': oneOf('plain_text', 'mrkdwn'),
    'text!': text({ least: 1, most }),
    emoji: flag,
    verbatim: flag,
  });
const url = all(text({ most: 3_000 }), address);
const button = fields({
  'type!': oneOf('button'),
  'text!': plainText(75),
  value: text({ most: 2_000 }),
  url,
  action_id: short,
  style: oneOf('primary', 'danger'),
});
const picture = { 'alt_text!': text({ most: 2_000 }), image_url: url };

const BLOCK = byType({
  header: fields({ block_id: short, 'text!': plainText(150) }),
  section: all(
    fields({
      block_id: short,
      text: anyText(3_000),
      fields: listOf(anyText(2_000), { least: 1, most: 10 }),
      accessory: byType({ button, image: fields(picture) }),
    }),
    (value, path) =>
      isObject(value) && value.text === undefined && value.fields === undefined
        ? wrong(path, 'must have text or fields')
        : [],
  ),
  divider: fields({ block_id: short }),
  context: fields({
    block_id: short,
    'elements!': listOf(
      byType({ plain_text: anyText(3_000), mrkdwn: anyText(3_000), image: fields(picture) }),
      {
        least: 1,
        most: 10,
      },
    ),
  }),
  actions: fields({ block_id: short, 'elements!': listOf(button, { least: 1, most: 25 }) }),
  markdown: fields({ block_id: short, 'text!': text({ most: 12_000 }) }),
  image: fields({ block_id: short, ...picture, title: plainText(2_000) }),
});

const TS = text({ form: /^\d{10}\.\d{6}$/, called: 'time stamp of a message, a text' });
/** Longer texts are cut: https://docs.slack.dev/changelog/2018-truncating-really-long-messages */
const TEXT = text({ least: 1, most: 40_000 });
const common = {
  unfurl_links: flag,
  unfurl_media: flag,
  metadata: fields({ 'event_type!': text(), 'event_payload!': fields({}) }),
};

export const MESSAGE = fields({ 'channel!': text({ least: 1 }), thread_ts: TS, ...common });
export const UPDATE = fields({ 'channel!': text({ least: 1 }), 'ts!': TS, ...common });
export const WEBHOOK = fields(common);

/** All texts of the blocks together; beyond it Slack answers `msg_blocks_too_long`, whatever each block has.
 * https://github.com/slackapi/bolt-js/issues/2509 */
const MAX_BLOCKS_CHARS = 13_200;

export function messageFaults(value: unknown, check: Check): readonly MessageFault[] {
  if (!isObject(value))
    return [{ error: 'json_not_object', fault: { path: 'body', message: 'must be an object' } }];
  const { text: fallback, blocks } = value;
  const isLong = typeof fallback === 'string' && fallback.length > 40_000;
  return [
    ...named('invalid_arguments', check(value, 'body')),
    // What notifications and screen readers say; without it they say nothing of the blocks.
    ...named(
      isLong ? 'msg_too_long' : 'no_text',
      fallback === undefined ? wrong('body.text', 'is missing') : TEXT(fallback, 'body.text'),
    ),
    // None at all takes the old ones away.
    ...(blocks === undefined || (Array.isArray(blocks) && blocks.length === 0 && check === UPDATE)
      ? []
      : named('invalid_blocks', listOf(BLOCK, { least: 1, most: 50 })(blocks, 'body.blocks'))),
    ...(charsOf(blocks) > MAX_BLOCKS_CHARS
      ? named(
          'msg_blocks_too_long',
          wrong('body.blocks', `must have at most ${MAX_BLOCKS_CHARS} characters together`),
        )
      : []),
  ];
}

function charsOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce<number>((sum, one) => sum + charsOf(one), 0);
  if (!isObject(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, one]) => sum + (name === 'text' && typeof one === 'string' ? one.length : charsOf(one)),
    0,
  );
}

export const named = (error: string, faults: readonly Fault[]): readonly MessageFault[] =>
  faults.map((fault) => ({ error, fault }));

/** The notice in a message, by its text as notifications show it; `known` is whose it is where that is known. */
export function itemsOf(
  message: Readonly<Record<string, unknown>>,
  did: string,
  known?: ReturnType<typeof noticeIn>,
): readonly ReceivedItem[] {
  const text = typeof message.text === 'string' ? message.text : '';
  const [first = ''] = text.split('\n', 1);
  return [{ ...(known ?? noticeIn(text)), line: `${did}: ${unescaped(first)}` }];
}

/** As people see it. https://docs.slack.dev/messaging/formatting-message-text#escaping */
function unescaped(text: string): string {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}
