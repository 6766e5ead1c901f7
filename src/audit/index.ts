/** The package's entry `audit-stream/middleware`: complete audit records from one line on a middy handler. */
export { audit } from './audit.ts';
export type { AuditOptions } from './options.ts';
