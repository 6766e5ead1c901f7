/** What destinations have told of alerts, in DynamoDB: all rows of a destination under its own key, so that its Lambda
 * reaches no other's. */
import { type AlertMemory, TOLD_FOR_MS, type Told } from '../../sink/alert-memory.ts';
import { type DynamoCall, type Item, isNamed } from './call.ts';

export interface AlertMemoryOptions {
  readonly call: DynamoCall;
  readonly table: string;
  /** Makes the name of a turn: no two are alike. */
  readonly newId: () => string;
}

/** The partition key of a destination's rows. */
export function deliveriesKey(destination: string): string {
  return `deliveries#${destination}`;
}

export function makeAlertMemory({ call, table, newId }: AlertMemoryOptions): AlertMemory {
  return {
    async takeTurn(destination, nowMs, untilMs) {
      const Key = { pk: { S: deliveriesKey(destination) }, sk: { S: 'turn' } };
      const holder = newId();
      try {
        const { Attributes } = await call('UpdateItem', {
          TableName: table,
          Key,
          UpdateExpression: 'SET holder = :holder, untilMs = :until',
          ConditionExpression: 'attribute_not_exists(untilMs) OR untilMs <= :now OR holder = :holder',
          ExpressionAttributeValues: {
            ':holder': { S: holder },
            ':until': { N: String(untilMs) },
            ':now': { N: String(nowMs) },
          },
          ReturnValues: 'ALL_NEW',
        });
        return {
          nextCallMs: numberOf(Attributes, 'nextCallMs'),
          async end(nextCallMs) {
            try {
              await call('UpdateItem', {
                TableName: table,
                Key,
                UpdateExpression: 'SET untilMs = :zero, nextCallMs = :next',
                ConditionExpression: 'holder = :holder',
                ExpressionAttributeValues: {
                  ':holder': { S: holder },
                  ':zero': { N: '0' },
                  ':next': { N: String(Math.ceil(nextCallMs)) },
                },
              });
            } catch (error) {
              // It lasted too long, and somebody else has it.
              if (!isNamed(error, CONDITION_FAILED)) throw error;
            }
          },
        };
      } catch (error) {
        if (isNamed(error, CONDITION_FAILED)) return undefined;
        throw error;
      }
    },
    async told(destination, tenantId, alertId) {
      const { Item } = await call('GetItem', {
        TableName: table,
        Key: keyOf(destination, tenantId, alertId),
        ConsistentRead: true,
      });
      const text = Item?.told;
      return text && 'S' in text ? (JSON.parse(text.S) as Told) : undefined;
    },
    async remember(destination, tenantId, alertId, told, nowMs) {
      await call('PutItem', {
        TableName: table,
        Item: {
          ...keyOf(destination, tenantId, alertId),
          told: { S: JSON.stringify(told) },
          ttl: { N: String(Math.ceil((nowMs + TOLD_FOR_MS) / 1_000)) },
        },
      });
    },
  };
}

function keyOf(destination: string, tenantId: string, alertId: string): Item {
  return { pk: { S: deliveriesKey(destination) }, sk: { S: `alert#${tenantId}#${alertId}` } };
}

function numberOf(item: Item | undefined, name: string): number {
  const value = item?.[name];
  return value && 'N' in value ? Number(value.N) : 0;
}

const CONDITION_FAILED = 'ConditionalCheckFailedException';
