/** What a handler may say of itself, and what it may hand on. */
import type { AuditEvent } from '../domain/event/audit-event.ts';

/** A business event. What is left out is the invocation's own: tenant, actor, source, context. */
export interface BusinessEvent
  extends Partial<
    Pick<
      AuditEvent,
      | 'activity'
      | 'actor'
      | 'category'
      | 'context'
      | 'idempotencyKey'
      | 'labels'
      | 'message'
      | 'metadata'
      | 'outcome'
      | 'privacy'
      | 'reason'
      | 'severity'
      | 'targets'
      | 'tenantId'
      | 'changes'
    >
  > {
  /** `dot.case`, as `invoice.approved`. */
  readonly action: string;
  /** The state before and after, from which `changes` is computed; leave one out for what was made or is gone. */
  readonly before?: object | null;
  readonly after?: object | null;
}

/** Ids that tie what the handler sends to the record of its invocation. */
export interface Carried {
  /** The caller's, else the trace's, else that of the record. For `x-correlation-id`, or an attribute of a message. */
  readonly correlationId: string;
  /** Id of the invocation's record. */
  readonly causationId: string;
  /** For the header of this name, if the caller sent a trace. https://www.w3.org/TR/trace-context/#traceparent-header */
  readonly traceparent?: string;
}
