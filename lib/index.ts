/** The package's entry `audit-stream/cdk`: the construct for a CDK app of one's own. */
export { AuditStream, type AuditStreamProps } from './audit-stream.ts';
export { AuditStreamStack, type AuditStreamStackProps } from './audit-stream-stack.ts';
export type { AuditedOptions } from './audited-options.ts';
export { ConfigurationError } from './configuration.ts';
export { RunbookAlarm } from './runbook-alarm.ts';
