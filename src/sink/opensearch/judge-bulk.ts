/** Reads a bulk answer item by item, in the order of the request: HTTP 200 says nothing of them. */
import { isObject } from '../../domain/protocol/fields.ts';
import type { Answer } from '../judge-status.ts';
import type { Verdict } from '../verdict.ts';

/** Undefined where the request as a whole was refused: the table knows. */
export function judgeBulk(answer: Answer, count: number): readonly Verdict[] | Verdict | undefined {
  if (answer.status < 200 || answer.status > 299)
    return isBlocked(answer.body) ? { kind: 'retry', reason: 'cluster_block' } : undefined;
  const items = itemsOf(answer.body);
  if (items === undefined || items.length !== count)
    return { kind: 'retry', reason: 'bulk_answer_unreadable' };
  return items.map(verdictOf);
}

interface Item {
  readonly status: number;
  readonly error?: { readonly type?: string; readonly reason?: string };
}

function itemsOf(body: string): readonly Item[] | undefined {
  try {
    const answer: unknown = JSON.parse(body);
    if (!isObject(answer) || !Array.isArray(answer.items)) return undefined;
    const items = answer.items.map((item) => (isObject(item) ? Object.values(item)[0] : undefined));
    return items.every(isItem) ? items : undefined;
  } catch {
    return undefined;
  }
}

function isItem(item: unknown): item is Item {
  return isObject(item) && typeof item.status === 'number';
}

/** 409 on `create`: it is there already, which is what was wanted. */
function verdictOf({ status, error = {} }: Item): Verdict {
  const { type = '', reason = '' } = error;
  if ((status >= 200 && status < 300) || status === 409) return { kind: 'delivered' };
  if (status === 429 || status >= 500) return { kind: 'retry', reason: type || `http_${status}`, status };
  if (type === 'cluster_block_exception')
    return { kind: 'retry', reason: 'cluster_block', status, afterMs: BLOCK_MS };
  if (status === 401 || status === 403 || status === 404 || isAboutTheIndex(reason))
    return { kind: 'misconfigured', reason: type || `http_${status}`, status };
  return { kind: 'rejected', reason: type || `http_${status}`, status, detail: withoutValues(reason) };
}

/** Faults that every other event would meet as well. */
function isAboutTheIndex(reason: string): boolean {
  return /limit of total fields|document id is not supported/i.test(reason);
}

function isBlocked(body: string): boolean {
  return body.includes('cluster_block_exception');
}

/** What is wrong with a field quotes its value. */
function withoutValues(reason: string): string {
  return reason.replace(/\.?\s*Preview of field's value:.*$/s, '');
}

/** A full disk or a write block is lifted by a person, or by a disk that was emptied. */
const BLOCK_MS = 120_000;
