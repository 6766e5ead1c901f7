/** How the stores speak to DynamoDB: one function, with an adapter over the SDK and a lean one for the fan-out. */

/** The attribute values that the stores use: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html */
export type Attribute =
  | { readonly S: string }
  | { readonly N: string }
  | { readonly B: Uint8Array }
  | { readonly SS: readonly string[] }
  | { readonly BOOL: boolean };
export type Item = Readonly<Record<string, Attribute>>;

export interface Condition {
  readonly ConditionExpression?: string;
  readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
  readonly ExpressionAttributeValues?: Item;
  readonly ReturnValuesOnConditionCheckFailure?: 'ALL_OLD' | 'NONE';
}

type Key = { readonly TableName: string; readonly Key: Item };

/** The operations of the stores, with the fields that they use, as DynamoDB spells them. */
export interface Operations {
  readonly GetItem: {
    readonly input: Key & { readonly ConsistentRead?: boolean };
    readonly output: { readonly Item?: Item };
  };
  readonly Query: {
    readonly input: {
      readonly TableName: string;
      readonly IndexName?: string;
      readonly KeyConditionExpression: string;
      readonly FilterExpression?: string;
      readonly ExpressionAttributeNames?: Readonly<Record<string, string>>;
      readonly ExpressionAttributeValues: Item;
      readonly ConsistentRead?: boolean;
      readonly ScanIndexForward?: boolean;
      readonly Limit?: number;
      readonly Select?: 'COUNT' | 'ALL_ATTRIBUTES';
      readonly ExclusiveStartKey?: Item;
    };
    readonly output: {
      readonly Items?: readonly Item[];
      readonly Count?: number;
      readonly LastEvaluatedKey?: Item;
    };
  };
  readonly PutItem: {
    readonly input: { readonly TableName: string; readonly Item: Item } & Condition;
    readonly output: object;
  };
  readonly UpdateItem: {
    readonly input: Key &
      Condition & { readonly UpdateExpression: string; readonly ReturnValues?: 'ALL_NEW' | 'ALL_OLD' };
    readonly output: { readonly Attributes?: Item };
  };
  readonly DeleteItem: {
    readonly input: Key & Condition & { readonly ReturnValues?: 'ALL_OLD' };
    readonly output: { readonly Attributes?: Item };
  };
  readonly BatchGetItem: {
    readonly input: { readonly RequestItems: BatchReads };
    readonly output: {
      readonly Responses?: Readonly<Record<string, readonly Item[]>>;
      readonly UnprocessedKeys?: BatchReads;
    };
  };
  readonly BatchWriteItem: {
    readonly input: { readonly RequestItems: BatchWrites };
    readonly output: { readonly UnprocessedItems?: BatchWrites };
  };
  readonly TransactWriteItems: {
    readonly input: {
      readonly TransactItems: readonly (
        | { readonly Put: { readonly TableName: string; readonly Item: Item } & Condition }
        | { readonly Delete: Key & Condition }
      )[];
      readonly ClientRequestToken?: string;
    };
    readonly output: object;
  };
}

export type BatchReads = Readonly<
  Record<string, { readonly Keys: readonly Item[]; readonly ConsistentRead?: boolean }>
>;

export type BatchWrites = Readonly<
  Record<
    string,
    readonly (
      | { readonly DeleteRequest: { readonly Key: Item } }
      | { readonly PutRequest: { readonly Item: Item } }
    )[]
  >
>;

/** Throws an error whose `name` is DynamoDB's (`ConditionalCheckFailedException`, `ThrottlingException` …), or of the
 * connection. https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html */
export type DynamoCall = <O extends keyof Operations>(
  operation: O,
  input: Operations[O]['input'],
  options?: { readonly timeoutMs?: number },
) => Promise<Operations[O]['output']>;

/** The item that stood in the way of a condition, when the call asked for it (`ALL_OLD`). */
export function itemInTheWay(error: unknown): Item | undefined {
  return (error as { Item?: Item }).Item;
}

export function isNamed(error: unknown, name: string): boolean {
  return error instanceof Error && error.name === name;
}
