/** DynamoDB through the AWS SDK: for everything but the fan-out. */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  DeleteItemCommand,
  DynamoDBClient,
  type DynamoDBClientConfig,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import type { DynamoCall, Operations } from './call.ts';

const COMMANDS = {
  GetItem: GetItemCommand,
  Query: QueryCommand,
  PutItem: PutItemCommand,
  UpdateItem: UpdateItemCommand,
  DeleteItem: DeleteItemCommand,
  BatchGetItem: BatchGetItemCommand,
  BatchWriteItem: BatchWriteItemCommand,
  TransactWriteItems: TransactWriteItemsCommand,
} as const satisfies Record<keyof Operations, unknown>;

export interface SdkCallOptions {
  readonly client?: DynamoDBClientConfig;
  /** Told the clock of each answer (its `Date` header, whole seconds) with when the request left and the answer came. */
  readonly onDate?: (serverMs: number, sentAtMs: number, receivedAtMs: number) => void;
  readonly now?: () => number;
}

/** Each try has 1.5 s; throttles and lost connections are tried three times. */
export function sdkCall({ client: config, onDate, now = Date.now }: SdkCallOptions = {}): DynamoCall {
  const client = new DynamoDBClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 1_500, throwOnRequestTimeout: true },
    ...config,
  });
  if (onDate)
    client.middlewareStack.add(
      (next) => async (args) => {
        const sentAtMs = now();
        const result = await next(args);
        const headers = (result.response as { headers?: Readonly<Record<string, string>> }).headers;
        const serverMs = Date.parse(headers?.date ?? '');
        if (!Number.isNaN(serverMs)) onDate(serverMs, sentAtMs, now());
        return result;
      },
      { step: 'deserialize', name: 'serverDate' },
    );
  return async (operation, input, { timeoutMs } = {}) => {
    const Command = COMMANDS[operation] as unknown as new (input: object) => never;
    const abortSignal = timeoutMs === undefined ? undefined : AbortSignal.timeout(timeoutMs);
    return client.send(new Command(input), abortSignal ? { abortSignal } : {});
  };
}
