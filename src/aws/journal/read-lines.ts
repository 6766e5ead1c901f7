/** Reads what CloudWatch Logs hands to a subscribed Lambda.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html#LambdaFunctionExample */
import { gunzipSync } from 'node:zlib';

export interface LogsEvent {
  readonly awslogs: { readonly data: string };
}

export interface LogLines {
  readonly logGroup: string;
  readonly logStream: string;
  /** Names of the subscription filters that chose these lines. */
  readonly subscriptionFilters: readonly string[];
  readonly logEvents: readonly { readonly timestamp: number; readonly message: string }[];
}

/** Nothing for CloudWatch's own messages, which ask whether the Lambda is there. Throws what is no such payload. */
export function readLines({ awslogs }: LogsEvent): LogLines | undefined {
  const text = gunzipSync(Buffer.from(awslogs.data, 'base64'), { maxOutputLength: MAX_BYTES }).toString();
  const { messageType, ...lines } = JSON.parse(text) as LogLines & { readonly messageType: string };
  return messageType === 'DATA_MESSAGE' ? lines : undefined;
}

/** Far more than a payload of one megabyte of log lines unpacks to. */
const MAX_BYTES = 64 * 1024 * 1024;
