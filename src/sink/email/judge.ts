/** What SNS's answers mean: XML, with a code of its own beside the status.
 * https://docs.aws.amazon.com/sns/latest/api/API_Publish.html#API_Publish_Errors */
import type { Answer } from '../judge-status.ts';
import type { Verdict } from '../verdict.ts';

/** An answer without a code is nobody's of SNS, and is left to the table, unless it says that all is well. */
export function judge({ status, body }: Answer): Verdict | undefined {
  if (status >= 200 && status < 300)
    return ANSWER.test(body) ? { kind: 'delivered' } : { kind: 'retry', reason: 'unexpected_answer', status };
  const code = /<Code>([A-Za-z.]{1,64})<\/Code>/.exec(body)?.[1];
  if (code === undefined || status >= 500) return undefined;
  const reason = `sns_${code.replace(/(?<=[a-z])(?=[A-Z])/g, '_').toLowerCase()}`;
  if (PASSING.test(code)) return { kind: 'retry', reason, status };
  // A parameter of ours, if it is not the topic itself that is wrong.
  if (MESSAGE.test(code) && !/TopicArn/.test(body)) return { kind: 'rejected', reason, status };
  return { kind: 'misconfigured', reason, status };
}

const ANSWER = /<(Publish|GetTopicAttributes)Response[\s>]/;
/** Keys that were valid a moment ago are renewed by whoever runs us. */
const PASSING =
  /^(KMS)?Throttl|^(InternalError|InternalFailure|ServiceUnavailable|ExpiredToken|RequestExpired)$/;
const MESSAGE = /^(InvalidParameter(Value)?|ParameterValueInvalid|ValidationException|ValidationError)$/;
