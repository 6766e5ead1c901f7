/** The one retry table: what a status means, unless a destination's own file knows better. */
import { PRIVATE_ADDRESS } from './public-address.ts';
import { NO_CREDENTIALS } from './sign.ts';
import type { Verdict } from './verdict.ts';

export interface Answer {
  readonly kind: 'answered';
  readonly status: number;
  /** Names in small letters. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** | status | verdict |
 * |---|---|
 * | 2xx | delivered |
 * | 3xx, 401, 403, 404, 405, 407, 410 | misconfigured: address, key or right |
 * | 408, 409, 423, 425, 429, 5xx | retry, when the answer says |
 * | 413 and any other 4xx | split, until the message at fault stands alone and is rejected | */
export function judgeStatus(answer: Answer, nowMs: number): Verdict {
  const { status } = answer;
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 500 || PASSING.has(status)) {
    const afterMs = retryAfterMs(answer, nowMs);
    return { kind: 'retry', reason: `http_${status}`, status, ...(afterMs !== undefined && { afterMs }) };
  }
  if (status < 400 || CONFIGURATION.has(status))
    return { kind: 'misconfigured', reason: `http_${status}`, status };
  return { kind: 'split', reason: `http_${status}`, status };
}

const PASSING: ReadonlySet<number> = new Set([408, 409, 423, 425, 429]);
const CONFIGURATION: ReadonlySet<number> = new Set([401, 403, 404, 405, 407, 410]);

/** No answer passes with time, unless the call was not even made. */
export function judgeUnanswered({ reason }: { readonly reason: string }) {
  const kind = NOT_MADE.has(reason) ? ('misconfigured' as const) : ('retry' as const);
  return { kind, reason };
}

const NOT_MADE: ReadonlySet<string> = new Set([
  PRIVATE_ADDRESS,
  NO_CREDENTIALS,
  // An address or a header that Node refuses: a secret that is no such thing.
  ...['ERR_INVALID_URL', 'ERR_INVALID_PROTOCOL', 'ERR_INVALID_CHAR'],
]);

/** `Retry-After` in seconds or as a date, else Datadog's `x-ratelimit-reset` in seconds; never negative.
 * https://www.rfc-editor.org/rfc/rfc9110#field.retry-after
 * https://docs.datadoghq.com/api/latest/rate-limits/ */
export function retryAfterMs({ headers }: Pick<Answer, 'headers'>, nowMs: number): number | undefined {
  const said = headers['retry-after'] ?? headers['x-ratelimit-reset'];
  if (said === undefined) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(said)) return Number(said) * 1_000;
  const atMs = Date.parse(said);
  return Number.isNaN(atMs) ? undefined : Math.max(0, atMs - nowMs);
}
