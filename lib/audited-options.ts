/** What the construct wants to know of an audited function. */
import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { SYSTEM_SOURCE } from '../src/domain/bus-event.ts';
import { busSourceOf, isServiceName, SERVICE_NAME_FORM } from '../src/domain/service-name.ts';

export interface AuditedOptions {
  /** As in `audit({ service })`. */
  readonly service: string;
  /** Whether what the function journals is brought to the bus. Default true. */
  readonly collectJournal?: boolean;
  /** The function's log group. Default: what the function says; where it was given none, the CDK makes one. */
  readonly logGroup?: ILogGroup;
}

/** @throws Error that says what a service's name looks like. */
export function checkService(service: string): void {
  if (!isServiceName(service))
    throw new Error(`service must be ${SERVICE_NAME_FORM}, as in audit({ service }).`);
  if (busSourceOf(service) === SYSTEM_SOURCE)
    throw new Error(`service "${service}" is the system's own; give the service another name.`);
}
