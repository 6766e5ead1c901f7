/** Why DynamoDB cancelled a transaction: it says so for each of its items. */
import { type Item, isNamed } from './call.ts';

export interface Reason {
  readonly Code?: string;
  /** What stood in the way of a condition, when the write asked for it (`ALL_OLD`). */
  readonly Item?: Item;
}

/** In the order of the transaction's items; undefined if the error is another one. */
export function reasonsOf(error: unknown): readonly Reason[] | undefined {
  if (!isNamed(error, 'TransactionCanceledException')) return undefined;
  return (error as { CancellationReasons?: readonly Reason[] }).CancellationReasons ?? [];
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html#API_TransactWriteItems_Errors */
const PASSES = new Set([
  'TransactionConflict',
  'ThrottlingError',
  'ProvisionedThroughputExceeded',
  'RequestLimitExceeded',
]);

/** The same write may go through in a moment. */
export function willPass(reason: Reason | undefined): boolean {
  return reason?.Code !== undefined && PASSES.has(reason.Code);
}

/** The same call may go through in a moment, and has changed nothing. */
export function isPassing(error: unknown): boolean {
  const { name } = error as { readonly name?: string };
  if (name === 'TransactionConflictException' || name === 'TransactionInProgressException') return true;
  return isThrottle(name) || (reasonsOf(error)?.some(willPass) ?? false);
}

/** By the name of an error or the code of a reason. */
export function isThrottle(name: string | undefined): boolean {
  return name !== undefined && /^(Throttling|ProvisionedThroughputExceeded|RequestLimitExceeded)/.test(name);
}
