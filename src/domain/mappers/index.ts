/** The package's entry `audit-stream/mappers`: the audit event in the words of other systems. Pure functions. */
export { type CloudEvent, toCloudEvent } from './to-cloud-event.ts';
export { type DatadogLog, toDatadog } from './to-datadog.ts';
export { type EcsDocument, toEcs } from './to-ecs.ts';
export { type OcsfDocument, toOcsf } from './to-ocsf.ts';
