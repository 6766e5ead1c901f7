/** The bus that takes the events, and the archive that can bring them back. */
import { Duration } from 'aws-cdk-lib';
import { EventBus, type IEventBus } from 'aws-cdk-lib/aws-events';
import { Construct } from 'constructs';

export interface AuditBusProps {
  /** Default: a new one. */
  readonly bus?: IEventBus;
  readonly archiveRetentionDays: number;
  /** The emulator of the rehearsal knows no archive. */
  readonly withArchive: boolean;
}

export class AuditBus extends Construct {
  readonly bus: IEventBus;

  constructor(scope: Construct, id: string, props: AuditBusProps) {
    super(scope, id);
    // The CDK's own class does not fit its interface under exactOptionalPropertyTypes.
    this.bus =
      props.bus ?? (new EventBus(this, 'Bus', { description: 'Audit events' }) as unknown as IEventBus);
    if (!props.withArchive) return;
    this.bus.archive('Archive', {
      description: 'Audit events, for replay',
      eventPattern: { source: [{ prefix: 'audit.' }] as unknown as string[] },
      retention: Duration.days(props.archiveRetentionDays),
    });
  }
}
