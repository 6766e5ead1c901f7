/** Queries of any length, and reads and deletes of any number. */
import type { BatchReads, BatchWrites, DynamoCall, Item } from './call.ts';

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

/** The first items, as many as there are up to `limit`; a filter leaves out others. */
export async function queryUpTo(
  call: DynamoCall,
  input: Parameters<typeof call<'Query'>>[1],
  limit: number,
): Promise<readonly Item[]> {
  const items: Item[] = [];
  let next: Item | undefined;
  do {
    const Limit = limit - items.length;
    const page = await call('Query', { ...input, Limit, ...(next ? { ExclusiveStartKey: next } : {}) });
    items.push(...(page.Items ?? []));
    next = page.LastEvaluatedKey;
  } while (next && items.length < limit);
  return items;
}

/** BatchGetItem takes 100 different keys, and leaves out what goes beyond 16 MB or what the table can give.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html */
const KEYS = 100;
const BATCHES_AT_ONCE = 4;
/** In a row that bring nothing. */
const FRUITLESS = 6;
const FIRST_PAUSE_MS = 50;

export interface Patience {
  readonly random: () => number;
  readonly sleep: (ms: number) => Promise<void>;
}

/** What is there of the keys, which must all be different, as it is now. */
export async function getAll(
  call: DynamoCall,
  table: string,
  keys: readonly Item[],
  { random, sleep }: Patience,
): Promise<readonly Item[]> {
  const batches = Array.from({ length: Math.ceil(keys.length / KEYS) }, (_, i) =>
    keys.slice(i * KEYS, (i + 1) * KEYS),
  );
  return (await eachOf(batches, BATCHES_AT_ONCE, batch)).flat();

  async function batch(Keys: readonly Item[]): Promise<readonly Item[]> {
    const items: Item[] = [];
    let left: BatchReads = { [table]: { Keys, ConsistentRead: true } };
    for (let fruitless = 0; ; ) {
      const { Responses, UnprocessedKeys } = await call('BatchGetItem', { RequestItems: left });
      const found = Responses?.[table] ?? [];
      items.push(...found);
      if (!UnprocessedKeys?.[table]) return items;
      left = UnprocessedKeys;
      fruitless = found.length > 0 ? 0 : fruitless + 1;
      if (fruitless === FRUITLESS) throw new Error('DynamoDB left some rows unread');
      if (fruitless > 0) await sleep(random() * FIRST_PAUSE_MS * 2 ** fruitless);
    }
  }
}

/** Does the work for each, so many at once; answers in their order. Throws what went wrong first, when nothing is under way
 * any more. */
export async function eachOf<T, R>(
  items: readonly T[],
  atOnce: number,
  work: (item: T) => Promise<R>,
): Promise<readonly R[]> {
  const results: R[] = [];
  const failures: unknown[] = [];
  let next = 0;
  const worker = async () => {
    while (next < items.length && failures.length === 0) {
      const at = next++;
      try {
        results[at] = await work(items[at] as T);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
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
