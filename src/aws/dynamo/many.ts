/** Queries of any length, and deletes of any number. */
import type { BatchWrites, DynamoCall, Item } from './call.ts';

/** All items, page after page. */
export async function queryAll(
  call: DynamoCall,
  input: Parameters<typeof call<'Query'>>[1],
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const page = await call('Query', { ...input, ...(next ? { ExclusiveStartKey: next } : {}) });
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next);
  return items;
}

/** BatchWriteItem takes 25 and may leave some undone.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html */
const BATCH = 25;
const TRIES = 5;

/** Deletes the items. Throws when some are left after five tries. */
export async function deleteAll(call: DynamoCall, table: string, items: readonly Item[]): Promise<void> {
  for (let from = 0; from < items.length; from += BATCH) {
    let left: BatchWrites | undefined = {
      [table]: items
        .slice(from, from + BATCH)
        .map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } as Item } })),
    };
    for (let tries = 0; left && Object.keys(left).length > 0; tries++) {
      if (tries === TRIES) throw new Error('DynamoDB left some rows undeleted');
      left = (await call('BatchWriteItem', { RequestItems: left })).UnprocessedItems;
    }
  }
}
