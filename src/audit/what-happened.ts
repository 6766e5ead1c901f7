/** How the invocation ended, and what that makes of the record: outcome, severity, error. */
import type { AuditEvent, Outcome, Severity } from '../domain/event/audit-event.ts';
import type { Streamed } from './streamed.ts';

export type Ending =
  /** `streamed` is what went through where the response was a stream. */
  | { readonly kind: 'answered'; readonly response: unknown; readonly streamed?: Streamed }
  /** With what the others made of the error, if they did. */
  | {
      readonly kind: 'threw';
      readonly error: unknown;
      readonly response?: unknown;
      readonly streamed?: Streamed;
    }
  | { readonly kind: 'timed out' }
  /** Nobody caught it, and the process ends. */
  | { readonly kind: 'crashed'; readonly error: unknown };

type Told = Pick<AuditEvent, 'outcome' | 'severity' | 'error'>;
type Phase = NonNullable<AuditEvent['error']>['phase'];

/** An answer that reports failed items is a failure, whatever became of the others. */
export function whatHappened(ending: Ending, failedItems: number, phase: Phase): Told {
  if (ending.kind === 'answered')
    return told(failedItems > 0 ? 'failure' : outcomeOfStatus(statusOf(ending.response)));
  // The status of a stream that broke had gone out before.
  const hadBegun = ending.kind === 'threw' && ending.streamed !== undefined;
  const status = hadBegun ? undefined : statusOfEnding(ending);
  const error = ending.kind === 'timed out' ? TIMED_OUT : wordsOf(ending.error);
  return {
    ...told(status === undefined ? 'error' : outcomeOfStatus(status)),
    error: { ...error, ...(phase !== undefined && { phase }) },
  };
}

const TIMED_OUT = { name: 'TimedOut', message: 'the handler had not answered when its time ran out' };

/** Of what was sent; else of an error that means one (as those of `http-errors` and middy do). */
export function statusOfEnding(ending: Ending): number | undefined {
  if (ending.kind === 'answered') return statusOf(ending.response);
  return ending.kind === 'threw' ? (statusOf(ending.response) ?? statusOf(ending.error)) : undefined;
}

function statusOf(responseOrError: unknown): number | undefined {
  const { statusCode } = (responseOrError ?? {}) as { statusCode?: unknown };
  return Number.isInteger(statusCode) ? (statusCode as number) : undefined;
}

function told(outcome: Outcome): Told {
  return { outcome, severity: SEVERITY[outcome] };
}

const SEVERITY: Record<Outcome, Severity> = {
  success: 'info',
  failure: 'low',
  denied: 'medium',
  error: 'medium',
  unknown: 'info',
};

function outcomeOfStatus(status: number | undefined): Outcome {
  if (status === undefined || status < 400) return 'success';
  if (status === 401 || status === 403) return 'denied';
  return status < 500 ? 'failure' : 'error';
}

function wordsOf(error: unknown): { name: string; message: string; code?: string } {
  if (!(error instanceof Error)) return { name: 'NonError', message: `a ${typeof error} was thrown` };
  const { code } = error as { code?: unknown };
  return {
    name: error.name || 'Error',
    message: error.message,
    ...((typeof code === 'string' || typeof code === 'number') && { code: String(code) }),
  };
}
