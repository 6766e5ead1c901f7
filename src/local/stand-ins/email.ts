/** An SNS topic of mail addresses: `Publish` and `GetTopicAttributes` of the query protocol. It has no keys: a destination
 * signs only what goes to AWS.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import { randomUUID } from 'node:crypto';
import type { Fault } from '../../domain/protocol/fields.ts';
import { type Answer, mediaType } from '../http/answer.ts';
import { escapeXml, xml } from './aws-error.ts';
import { text, wrong } from './contract.ts';
import { noticeIn } from './notice-in.ts';
import { makeRate } from './rate.ts';
import { pauseOf, type StandIn } from './stand-in.ts';

const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:audit-alerts';
/** https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_RequestParameters */
const MAX_BYTES = 256 * 1_024;
/** As older pages have it, too: ASCII, and begun by a letter, digit or mark. */
const SUBJECT = text({
  least: 1,
  most: 99,
  form: /^[!-~][ -~]*$/,
  called: 'line of ASCII that begins with no space',
});
/** More suspends the address. https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
const RATE = { most: 10, windowMs: 1_000 };
/** https://docs.aws.amazon.com/sns/latest/dg/sns-message-attributes.html: what XML 1.0 can hold. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
const UNFIT = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

export const email: StandIn = {
  name: 'email',
  sink: 'email',
  newKeys: () => ({}),
  options: (url) => ({ url, topicArn: TOPIC }),
  open() {
    const rate = makeRate(RATE);
    return {
      read({ method, headers, body, nowMs }) {
        const form = new URLSearchParams(body);
        const action = form.get('Action') ?? '';
        const isPublish = action === 'Publish';
        const misplaced =
          method === 'POST' && mediaType(headers) === 'application/x-www-form-urlencoded'
            ? []
            : wrong('content-type', 'must be application/x-www-form-urlencoded, posted');
        const unknown =
          isPublish || action === 'GetTopicAttributes'
            ? []
            : wrong('Action', 'is none that a destination needs');
        const topic =
          form.get('TopicArn') === TOPIC ? [] : wrong('TopicArn', 'is not the topic that was given out');
        const parameters: readonly Fault[] = [
          ...(form.get('Version') === '2010-03-31' ? [] : wrong('Version', 'must be 2010-03-31')),
          ...(isPublish ? messageFaults(form) : []),
        ];
        const isTooMuch = isPublish && rate.take('address', nowMs) > 0;
        return {
          operation: `${method} ${action}`,
          problems: [
            ...misplaced,
            ...unknown,
            ...topic,
            ...parameters,
            ...(isTooMuch
              ? wrong('Action', 'comes more than 10 times a second: SNS would suspend the address')
              : []),
          ],
          items: isPublish
            ? [{ ...noticeIn(form.get('Message') ?? ''), line: form.get('Subject') ?? '' }]
            : [],
          take() {
            if (misplaced.length > 0 || unknown.length > 0)
              return failed(400, 'InvalidAction', 'The action or operation requested is invalid');
            if (topic.length > 0) return failed(404, 'NotFound', 'Topic does not exist');
            const [first] = parameters;
            if (first)
              return failed(400, 'InvalidParameter', `Invalid parameter: ${first.path} ${first.message}`);
            return xml(200, isPublish ? PUBLISHED() : ATTRIBUTES);
          },
        };
      },
      refuse(why) {
        if (why.kind === 'wrong-key')
          return failed(403, 'InvalidClientTokenId', 'The security token included in the request is invalid');
        const [code, message] =
          why.kind === '429' ? ['Throttling', 'Rate exceeded'] : ['InternalError', 'Internal failure'];
        return failed(Number(why.kind), code ?? '', message ?? '', pauseOf(why));
      },
    };
  },
};

function messageFaults(form: URLSearchParams): readonly Fault[] {
  const message = form.get('Message') ?? '';
  const subject = form.get('Subject');
  return [
    ...(message === '' ? wrong('Message', 'must not be empty') : []),
    ...(Buffer.byteLength(message) > MAX_BYTES
      ? wrong('Message', `must have at most ${MAX_BYTES} bytes`)
      : []),
    ...(UNFIT.test(message) ? wrong('Message', 'must have no control characters') : []),
    ...(subject === null ? [] : SUBJECT(subject, 'Subject')),
  ];
}

const PUBLISHED = () =>
  `<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>${randomUUID()}</MessageId></PublishResult></PublishResponse>`;
/** Two people who have confirmed. */
const ATTRIBUTES = `<GetTopicAttributesResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><GetTopicAttributesResult><Attributes>
<entry><key>TopicArn</key><value>${TOPIC}</value></entry>
<entry><key>SubscriptionsConfirmed</key><value>2</value></entry>
<entry><key>SubscriptionsPending</key><value>0</value></entry>
</Attributes></GetTopicAttributesResult></GetTopicAttributesResponse>`;

function failed(status: number, code: string, message: string, headers = {}): Answer {
  const type = status < 500 ? 'Sender' : 'Receiver';
  return xml(
    status,
    `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>${type}</Type><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error><RequestId>${randomUUID()}</RequestId></ErrorResponse>`,
    headers,
  );
}
