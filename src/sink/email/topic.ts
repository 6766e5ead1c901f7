/** An SNS topic, read from its ARN. */

export interface Topic {
  readonly partition: string;
  readonly region: string;
}

/** Undefined for what is no ARN of a standard topic: a FIFO topic sends no mail.
 * https://docs.aws.amazon.com/sns/latest/dg/sns-email-notifications.html */
export function topicOf(arn: unknown): Topic | undefined {
  const [, partition, region] = (typeof arn === 'string' && ARN.exec(arn)) || [];
  return partition === undefined || region === undefined ? undefined : { partition, region };
}

const ARN = /^arn:(aws[a-z-]*):sns:([a-z]{2}(?:-[a-z]+)+-\d):\d{12}:[A-Za-z0-9_-]{1,256}$/;
