/** The package's entry `audit-stream/cdk`: the construct for a CDK app of one's own. */
export { type AuditedOptions, AuditStream, type AuditStreamProps } from './audit-stream.ts';
export { AuditStreamStack, type AuditStreamStackProps } from './audit-stream-stack.ts';
export { ConfigurationError } from './configuration.ts';
export { RunbookAlarm } from './runbook-alarm.ts';
