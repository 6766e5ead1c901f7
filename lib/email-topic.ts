/** The topic of an e-mail destination that names addresses instead of one. */
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import type { Destination } from '../src/sink/destination.ts';

/** The same destination with a topic; AWS asks each address to confirm. It keeps SNS's default of 256 KiB, above which a
 * topic sends no mail, and filters nothing: what is published is for everybody.
 * https://docs.aws.amazon.com/sns/latest/dg/large-message-payloads.html */
export function withEmailTopic(scope: Construct, destination: Destination): Destination {
  const { addresses, ...settings } = destination.settings;
  if (destination.sink.name !== 'email' || addresses === undefined) return destination;
  const topic = new Topic(scope, 'Mail', { displayName: 'Audit Stream', enforceSSL: true });
  for (const address of addresses as readonly string[]) topic.addSubscription(new EmailSubscription(address));
  return { ...destination, settings: { ...settings, topicArn: topic.topicArn } };
}
