/** The package's entry `audit-stream/middleware`: complete audit records from one line on a middy handler. */
export { type Audit, type AuditMiddleware, audit } from './audit.ts';
export type { BusinessEvent, Carried } from './business-event.ts';
export type { Deliver } from './delivery/deliver.ts';
export type { AuditFailure, AuditOptions } from './options.ts';
