/** What travels on the bus: EventBridge's envelope around one audit event (or alert). */

export const AUDIT_EVENT = 'Audit Event';
export const AUDIT_ALERT = 'Audit Alert';

/** The tenant of the system's own events; no producer may write into it. */
export const SYSTEM_TENANT = 'audit-stream';
/** The service that the system is to its own audit. */
export const SYSTEM_SERVICE = 'audit-stream';
/** The bus source of the system's own events. */
export const SYSTEM_SOURCE = `audit.${SYSTEM_SERVICE}`;

/** An event as EventBridge hands it to a target.
 * https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html */
export interface BusEvent {
  readonly version: '0';
  /** The bus's own id; it changes on replay, so it is never an identity. */
  readonly id: string;
  readonly 'detail-type': string;
  readonly source: string;
  readonly account: string;
  readonly time: string;
  readonly region: string;
  readonly resources: readonly string[];
  readonly detail: unknown;
  /** Present on events that a replay brought back from the archive. */
  readonly 'replay-name'?: string;
}
