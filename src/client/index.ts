/** What `audit-stream/client` gives: the client, its types, and the error that its calls reject with. */
export { AuditStreamClient } from './audit-stream-client.ts';
export type * from './client.ts';
export { StreamError } from './stream-error.ts';
