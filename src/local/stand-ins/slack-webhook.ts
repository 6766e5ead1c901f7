/** A Slack incoming webhook: its address is its key, and it answers in plain text.
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks */
import { isObject } from '../../domain/protocol/fields.ts';
import { type Answer, mediaType } from '../http/answer.ts';
import { parsed, wrong } from './contract.ts';
import { makeRate } from './rate.ts';
import { SLACK_RATE } from './slack.ts';
import { itemsOf, type MessageFault, messageFaults, named, WEBHOOK } from './slack-message.ts';
import { pauseOf, type StandIn } from './stand-in.ts';

export const slackWebhook: StandIn = {
  name: 'slack-webhook',
  sink: 'slack',
  newKeys: (random, url) => ({
    webhookUrl: `${url}/services/T0AUDIT/B0AUDIT/${random(18).toString('base64url')}`,
  }),
  options: () => ({}),
  open(keys) {
    const rate = makeRate(SLACK_RATE);
    return {
      read({ method, path, headers, body, nowMs }) {
        const { value, faults } = parsed(body);
        const isKnown = keys().webhookUrl?.endsWith(path) === true && path.startsWith('/services/');
        const problems: readonly MessageFault[] = [
          ...named('no_service', isKnown ? [] : wrong('path', 'is no webhook that was given out')),
          ...named(
            'invalid_payload',
            method === 'POST' && mediaType(headers) === 'application/json'
              ? []
              : wrong('content-type', 'must be application/json, posted'),
          ),
          ...named('invalid_payload', faults),
          ...(faults.length > 0 ? [] : messageFaults(value, WEBHOOK)),
        ];
        return {
          operation: `${method} /services/…`,
          problems: problems.map(({ fault }) => fault),
          items: itemsOf(isObject(value) ? value : {}, 'posted'),
          take() {
            const [first] = problems;
            if (first) return plain(STATUS[first.error] ?? 400, NAMES[first.error] ?? first.error);
            const seconds = rate.take('channel', nowMs);
            return seconds > 0
              ? plain(429, 'rate_limited', { 'retry-after': `${seconds}` })
              : plain(200, 'ok');
          },
        };
      },
      refuse(why) {
        if (why.kind === 'wrong-key') return plain(404, 'no_service');
        return plain(Number(why.kind), why.kind === '429' ? 'rate_limited' : 'rollup_error', pauseOf(why));
      },
    };
  },
};

/** https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks */
const STATUS: Readonly<Record<string, number>> = { no_service: 404 };
/** It has fewer names than the Web API. */
const NAMES: Readonly<Record<string, string>> = {
  invalid_arguments: 'invalid_payload',
  json_not_object: 'invalid_payload',
  msg_too_long: 'invalid_payload',
  msg_blocks_too_long: 'invalid_blocks',
};

function plain(status: number, body: string, more: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'text/html', ...more }, body };
}
