/** Slack's Web API, `chat.postMessage` and `chat.update`, for an app that is in one channel.
 * https://docs.slack.dev/reference/methods/chat.postMessage */
import { isObject } from '../../domain/protocol/fields.ts';
import { type Answer, json, mediaType } from '../http/answer.ts';
import { parsed, wrong } from './contract.ts';
import { noticeIn } from './notice-in.ts';
import { makeRate } from './rate.ts';
import { remembered } from './remembered.ts';
import { itemsOf, MESSAGE, type MessageFault, messageFaults, named, UPDATE } from './slack-message.ts';
import { pauseOf, type Reading, type Received, type StandIn } from './stand-in.ts';

const CHANNEL = 'C0AUDITALERT';
/** One a second in a channel, with short bursts. https://docs.slack.dev/apis/web-api/rate-limits */
export const SLACK_RATE = { most: 15, windowMs: 10_000 };

interface Message {
  readonly ts: string;
  readonly text: string;
  readonly blocks?: unknown;
  readonly thread_ts?: string;
  /** Whose notice it tells of; a reply does not say it again. */
  readonly notice: ReturnType<typeof noticeIn>;
}

export const slack: StandIn = {
  name: 'slack',
  sink: 'slack',
  newKeys: (random) => ({ token: `xoxb-${random(24).toString('hex')}` }),
  options: (url) => ({ apiUrl: url, channel: CHANNEL }),
  open(keys) {
    const messages = remembered<Message>();
    const rate = makeRate(SLACK_RATE);
    let lastTs = 0;
    return {
      read: readMethod,
      refuse(why) {
        if (why.kind === 'wrong-key') return json(200, { ok: false, error: 'invalid_auth' });
        return why.kind === '429'
          ? json(429, { ok: false, error: 'ratelimited' }, pauseOf(why))
          : { status: Number(why.kind), headers: { 'content-type': 'text/html' }, body: 'Server Error' };
      },
    };

    function readMethod({ method, path, headers, body, nowMs }: Received): Reading {
      const { value, faults } = parsed(body);
      const message = isObject(value) ? value : {};
      const isUpdate = path === '/api/chat.update';
      const problems: readonly MessageFault[] = [
        ...named(
          'unknown_method',
          method === 'POST' && (isUpdate || path === '/api/chat.postMessage')
            ? []
            : wrong('path', 'must be POST /api/chat.postMessage or /api/chat.update'),
        ),
        ...authFaults(headers.authorization),
        ...named(
          'invalid_post_type',
          mediaType(headers) === 'application/json'
            ? []
            : wrong('content-type', 'must be application/json; charset=utf-8'),
        ),
        ...named('invalid_json', faults),
        ...(faults.length > 0 ? [] : messageFaults(value, isUpdate ? UPDATE : MESSAGE)),
        ...named(
          'channel_not_found',
          message.channel === CHANNEL ? [] : wrong('body.channel', 'is not the channel that this app is in'),
        ),
        ...(isUpdate
          ? knownFaults('message_not_found', 'ts', message.ts)
          : knownFaults('cannot_reply_to_message', 'thread_ts', message.thread_ts)),
      ];
      return {
        operation: `${method} ${path}`,
        problems: problems.map(({ fault }) => fault),
        items: itemsOf(
          message,
          isUpdate ? 'changed' : message.thread_ts === undefined ? 'posted' : 'replied',
          messages.get(String(message.ts ?? message.thread_ts))?.notice,
        ),
        take() {
          const [first] = problems;
          if (first)
            return { ...json(200, { ok: false, error: first.error, ...detailsOf(first) }), isTaken: false };
          const seconds = rate.take(CHANNEL, nowMs);
          if (seconds > 0)
            return json(429, { ok: false, error: 'ratelimited' }, { 'retry-after': String(seconds) });
          return isUpdate ? update(message) : post(message, nowMs);
        },
      };
    }

    function authFaults(authorization: string | undefined): readonly MessageFault[] {
      if (authorization === undefined) return named('not_authed', wrong('authorization', 'is missing'));
      return authorization === `Bearer ${keys().token}`
        ? []
        : named('invalid_auth', wrong('authorization', 'is not the token that was given out'));
    }

    function knownFaults(error: string, field: string, ts: unknown): readonly MessageFault[] {
      return ts === undefined || messages.has(String(ts))
        ? []
        : named(error, wrong(`body.${field}`, 'is no message of this channel'));
    }

    function post(message: Readonly<Record<string, unknown>>, nowMs: number): Answer {
      // Microseconds, and no two alike in a channel.
      lastTs = Math.max(lastTs + 1, nowMs * 1_000);
      const ts = `${Math.floor(lastTs / 1_000_000)}.${String(lastTs % 1_000_000).padStart(6, '0')}`;
      const kept = {
        ts,
        text: String(message.text),
        blocks: message.blocks,
        notice: noticeIn(String(message.text)),
        ...(typeof message.thread_ts === 'string' && { thread_ts: message.thread_ts }),
      };
      messages.set(ts, kept);
      return json(200, { ok: true, channel: CHANNEL, ts, message: shown(kept) });
    }

    /** Without `blocks` the old ones stay. https://docs.slack.dev/reference/methods/chat.update */
    function update(message: Readonly<Record<string, unknown>>): Answer {
      const ts = String(message.ts);
      const kept = {
        ...(messages.get(ts) as Message),
        text: String(message.text),
        ...(message.blocks !== undefined && { blocks: message.blocks }),
      };
      messages.set(ts, kept);
      return json(200, { ok: true, channel: CHANNEL, ts, text: kept.text, message: shown(kept) });
    }
  },
};

function shown({ notice: _, ...message }: Message): object {
  return { type: 'message', bot_id: 'B0AUDIT', ...message };
}

function detailsOf({ fault }: MessageFault) {
  return {
    response_metadata: {
      messages: [
        `[ERROR] ${fault.message} [json-pointer:/${fault.path.replace(/^body\.?/, '').replaceAll(/[.[\]]+/g, '/')}]`,
      ],
    },
  };
}
