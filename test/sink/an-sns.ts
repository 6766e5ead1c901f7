/** SNS as its API reference has it: the query protocol, XML, its rules for a subject, and topics that say who confirmed.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html */
import type { Reply, Taken } from './a-vendor.ts';

export const TOPIC = 'arn:aws:sns:eu-west-1:123456789012:alerts';

export interface Mail {
  readonly subject: string;
  readonly message: string;
}

export function anSns(subscriptions: { confirmed: number; pending: number } = { confirmed: 1, pending: 0 }) {
  const mails: Mail[] = [];
  const looks: string[] = [];
  const faults: string[] = [];
  return { mails, looks, faults, subscriptions, answer };

  function answer({ method, headers, body }: Pick<Taken, 'method' | 'headers' | 'body'>): Reply {
    if (method !== 'POST' || !headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
      return wrong('UnknownOperation');
    const fields = Object.fromEntries(new URLSearchParams(body));
    if (fields.Version !== '2010-03-31') return wrong('NoSuchVersion');
    if (fields.TopicArn !== TOPIC) return snsError('NotFound', 404);
    if (fields.Action === 'GetTopicAttributes') {
      looks.push(fields.TopicArn);
      const { confirmed, pending } = subscriptions;
      return said(
        'GetTopicAttributes',
        `<Attributes><entry><key>SubscriptionsPending</key><value>${pending}</value></entry><entry><key>SubscriptionsConfirmed</key><value>${confirmed}</value></entry></Attributes>`,
      );
    }
    if (fields.Action !== 'Publish') return wrong('InvalidAction');
    const { Subject: subject = '', Message: message = '' } = fields;
    // At most 99 characters of ASCII on one line, and it begins with a letter, a number or punctuation.
    if (!/^[\x21-\x7e][\x20-\x7e]{0,98}$/.test(subject)) return wrong('InvalidParameter');
    if (message === '' || Buffer.byteLength(message) > 256 * 1_024) return wrong('InvalidParameter');
    mails.push({ subject, message });
    return said('Publish', `<MessageId>message-${mails.length}</MessageId>`);
  }

  function wrong(code: string): Reply {
    faults.push(code);
    return snsError(code);
  }
}

export function snsError(code: string, status = 400, message = ''): Reply {
  const body = `<ErrorResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>r</RequestId></ErrorResponse>`;
  return { status, body, headers: { 'content-type': 'text/xml' } };
}

function said(action: string, result: string): Reply {
  const body = `<${action}Response xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><${action}Result>${result}</${action}Result></${action}Response>`;
  return { status: 200, body, headers: { 'content-type': 'text/xml' } };
}
