/** E-mail: alerts as plain text to the addresses of an SNS topic, when they fire and when they are over.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
import { bodyOf } from './email/body.ts';
import { judge } from './email/judge.ts';
import { subjectOf } from './email/subject.ts';
import { unconfirmed } from './email/subscriptions.ts';
import { type Topic, topicOf } from './email/topic.ts';
import { flag, type Option, optionalText } from './options.ts';
import { type AlertRef, defineAlertSink, type SinkRequest } from './sink.ts';

const address = {
  wanted: 'must be an address that begins with https:// or http://',
  isRight: (value: unknown) => typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value),
};

const addresses: Option<readonly string[] | undefined> = {
  kind: 'list',
  doc: 'In AWS, instead of topicArn: who gets mail. The stack makes the topic, and AWS asks each to confirm.',
  wanted: 'must be a list of e-mail addresses',
  isRight: (value) => Array.isArray(value) && value.length > 0 && value.every(isMailAddress),
  optional: true,
};

export const email = defineAlertSink({
  name: 'email',
  takes: 'alerts',
  title: 'E-mail (SNS)',
  options: {
    topicArn: optionalText('An SNS topic, not a FIFO one, to which addresses are subscribed.', {
      wanted: 'must be the ARN of a standard SNS topic, such as "arn:aws:sns:eu-west-1:123456789012:alerts"',
      isRight: (value) => topicOf(value) !== undefined,
    }),
    addresses,
    url: optionalText(
      'Where to send instead of SNS in the topic’s region: an endpoint of a VPC, or a stand-in.',
      address,
    ),
    reminders: flag('Whether mail goes out again while an alert lasts.', false),
    dashboardUrl: optionalText('Where people look on: each mail links to it.', address),
  },
  batch: { size: 10, windowMs: 0 },
  // Above 10 a second SNS suspends an address: https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html
  minGapMs: 1_000,
  burst: 5,

  fault({ topicArn, addresses }) {
    if (topicArn === undefined && addresses === undefined)
      return 'topicArn is missing; name a topic, or in AWS the addresses of a new one';
    return topicArn !== undefined && addresses !== undefined
      ? 'topicArn and addresses exclude each other: subscribe the addresses to the topic, or leave topicArn out'
      : undefined;
  },

  requests(alert, settings, ref) {
    const { change, status } = alert;
    const isNews =
      change === 'fired' || status === 'resolved' || (change === 'repeated' && settings.reminders);
    // Whoever has not heard of it hears now, whatever became of the first notice.
    if (!isNews && ref !== undefined) return [];
    return [
      ask(settings, {
        Action: 'Publish',
        Subject: subjectOf(alert),
        Message: bodyOf(alert, settings.dashboardUrl),
      }),
    ];
  },

  refOf: ({ body }) => ({ messageId: /<MessageId>([^<]{1,100})</.exec(body)?.[1] ?? '' }) satisfies AlertRef,

  judge,

  check: (settings) => ({
    look: ask(settings, { Action: 'GetTopicAttributes' }),
    everyMs: CHECK_MS,
    find: unconfirmed,
  }),

  rights: ({ topicArn }) =>
    topicArn === undefined
      ? []
      : [{ actions: ['sns:Publish', 'sns:GetTopicAttributes'], resources: [topicArn] }],
});

/** SNS speaks the query protocol, and XML back. https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
function ask(
  { topicArn = '', url }: { readonly topicArn?: string | undefined; readonly url?: string | undefined },
  fields: Readonly<Record<string, string>>,
): SinkRequest {
  const topic = topicOf(topicArn);
  if (!topic) throw new TypeError('there is no topic: the stack makes it of addresses');
  return {
    method: 'POST',
    url: url ?? endpointOf(topic),
    headers: { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' },
    body: new URLSearchParams({ Version: '2010-03-31', TopicArn: topicArn, ...fields }).toString(),
    gzip: false,
    // A stand-in knows no keys, and there may be none.
    ...((url === undefined || isAmazon(url)) && { sign: { service: 'sns', region: topic.region } }),
  };
}

function endpointOf({ region, partition }: Topic): string {
  return `https://sns.${region}.amazonaws.com${partition === 'aws-cn' ? '.cn' : ''}/`;
}

function isAmazon(url: string): boolean {
  return /\.amazonaws\.com(\.cn)?$/.test(new URL(url).hostname);
}

function isMailAddress(value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length <= 254 &&
    /^[^\s@<>,;"]+@[^\s@<>,;"]+\.[^\s@<>,;"]+$/.test(value)
  );
}

const CHECK_MS = 15 * 60_000;
