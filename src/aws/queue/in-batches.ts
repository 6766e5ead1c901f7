/** Shares entries out among SQS's batch calls, and puts their answers back in order. */
import { causeOf } from '../../stream/log.ts';

/** What SQS says of a batch. */
export interface BatchAnswer {
  readonly Failed?:
    | readonly { readonly Id?: string | undefined; readonly Code?: string | undefined }[]
    | undefined;
}

/** Per entry undefined where it was done, else why not. Entries of a call are named by their place in it.
 * https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SendMessageBatch.html */
export async function inBatches<T>(
  entries: readonly T[],
  bytesOf: (entry: T) => number,
  call: (batch: readonly T[]) => Promise<BatchAnswer>,
): Promise<readonly (string | undefined)[]> {
  const answers = await Promise.all(
    batchesOf(entries, bytesOf).map(async (batch) => {
      try {
        const { Failed = [] } = await call(batch);
        const failed = new Map(Failed.map(({ Id, Code }) => [Id, Code ?? 'failed']));
        return batch.map((_, i) => failed.get(String(i)));
      } catch (error) {
        return batch.map(() => causeOf(error));
      }
    }),
  );
  return answers.flat();
}

function batchesOf<T>(entries: readonly T[], bytesOf: (entry: T) => number): readonly (readonly T[])[] {
  const batches: T[][] = [];
  let room = 0;
  for (const entry of entries) {
    const bytes = bytesOf(entry);
    const last = batches.at(-1);
    if (last && last.length < MAX_ENTRIES && bytes <= room) {
      last.push(entry);
      room -= bytes;
    } else {
      batches.push([entry]);
      room = MAX_BYTES - bytes;
    }
  }
  return batches;
}

const MAX_ENTRIES = 10;
const MAX_BYTES = 1024 * 1024;
