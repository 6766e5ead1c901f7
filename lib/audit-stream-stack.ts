/** One stack with one Audit Stream. */
import { Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { AuditStream, type AuditStreamProps } from './audit-stream.ts';

export class AuditStreamStack extends Stack {
  constructor(scope: Construct, id: string, props: AuditStreamProps & StackProps = {}) {
    super(scope, id, props);
    new AuditStream(this, 'AuditStream', props);
  }
}
