/** Tells where an invocation went wrong, as far as middy lets anybody know. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import type { Run } from './run.ts';
import type { Ending } from './what-happened.ts';

/** Where an error came up. A middleware before the handler cannot be told from the handler, but for middy's own. */
export function phaseOf(run: Run, ending: Ending): NonNullable<AuditEvent['error']>['phase'] {
  if (ending.kind === 'timed out') return 'timeout';
  if (ending.kind === 'answered') return;
  const { cause, name } = (ending.error ?? {}) as { cause?: { package?: unknown }; name?: unknown };
  const from = String(cause?.package ?? '');
  if (from === '@middy/core' && name === 'TimeoutError') return 'timeout';
  // middy sets it when the handler has answered, and clears it when something threw.
  if (run.responses > 1) return 'after';
  return from.startsWith('@middy/') && from !== '@middy/core' ? 'before' : 'handler';
}
