/** Lets a function read and write what is known of alerts: states, records and silences, and no row of what destinations
 * told of them. */
import type { ITable } from 'aws-cdk-lib/aws-dynamodb';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { DUE_INDEX, DUE_PARTITIONS, OPEN, RECORDS, SILENCES, STATES } from '../src/aws/dynamo/alert-rows.ts';

export interface AlertRights {
  /** Whether it finds what is due. */
  readonly due?: boolean;
  /** Whether people set silences through it. */
  readonly silences?: boolean;
}

export function grantAlertRows(
  fn: IGrantable,
  alerts: ITable,
  { due = false, silences = false }: AlertRights = {},
): void {
  const allow = (actions: readonly string[], keys: readonly string[], resource = alerts.tableArn) =>
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: actions.map((action) => `dynamodb:${action}`),
        resources: [resource],
        conditions: {
          'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': keys.map((key) => `${key}*`) },
        },
      }),
    );
  allow(['GetItem', 'BatchGetItem', 'Query'], [STATES, RECORDS, OPEN, SILENCES]);
  allow(['PutItem'], [STATES, RECORDS, OPEN, ...(silences ? [SILENCES] : [])]);
  // An alert that is over is open no more; what is kept of it goes by its time.
  allow(['DeleteItem'], [OPEN]);
  if (due) allow(['Query'], [DUE_PARTITIONS], `${alerts.tableArn}/index/${DUE_INDEX.name}`);
}
