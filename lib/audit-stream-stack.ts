/** One stack with one Audit Stream. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import type { Construct } from 'constructs';
import { AuditStream, type AuditStreamProps } from './audit-stream.ts';

export interface AuditStreamStackProps extends StackProps {
  readonly auditStream?: AuditStreamProps;
  /** An existing bus, unless `auditStream` names one. */
  readonly busArn?: string;
}

export class AuditStreamStack extends Stack {
  readonly auditStream: AuditStream;

  constructor(
    scope: Construct,
    id: string,
    { auditStream = {}, busArn, ...props }: AuditStreamStackProps = {},
  ) {
    super(scope, id, props);
    const bus = busArn === undefined ? {} : { bus: EventBus.fromEventBusArn(this, 'ExistingBus', busArn) };
    this.auditStream = new AuditStream(this, 'AuditStream', { ...bus, ...auditStream });
  }
}
