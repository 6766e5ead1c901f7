/** The tables: who is connected and wants what, the trail, and what is known of alerts. */
import { RemovalPolicy } from 'aws-cdk-lib';
import { AttributeType, BillingMode, ProjectionType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb';
import { Construct } from 'constructs';
import { DUE_INDEX } from '../src/aws/dynamo/alert-rows.ts';

export interface TablesProps {
  /** Protected from deletion, and kept when the stack goes. */
  readonly production: boolean;
}

export class Tables extends Construct {
  readonly connections: Table;
  readonly trail: Table;
  readonly alerts: Table;

  constructor(scope: Construct, id: string, { production }: TablesProps) {
    super(scope, id);
    const table = (name: string, isKept: boolean) =>
      new Table(this, name, {
        partitionKey: { name: 'pk', type: AttributeType.STRING },
        sortKey: { name: 'sk', type: AttributeType.STRING },
        billingMode: BillingMode.PAY_PER_REQUEST,
        encryption: TableEncryption.AWS_MANAGED,
        timeToLiveAttribute: 'ttl',
        pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
        deletionProtection: isKept,
        removalPolicy: isKept ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY,
      });
    this.connections = table('Connections', false);
    this.trail = table('Trail', production);
    // Lost, open alerts would fire again and silences had to be made again; the trail has the notices and who did what.
    this.alerts = table('Alerts', false);
    this.alerts.addGlobalSecondaryIndex({
      indexName: DUE_INDEX.name,
      partitionKey: { name: DUE_INDEX.partitionKey, type: AttributeType.STRING },
      sortKey: { name: DUE_INDEX.sortKey, type: AttributeType.NUMBER },
      projectionType: ProjectionType.KEYS_ONLY,
    });
  }
}
