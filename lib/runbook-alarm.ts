/** An alarm that tells whom it wakes what to do: its article in the runbook bears its name. */
import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { Construct } from 'constructs';
import { ALARMS, type AlarmKind, alarmName, articleAddress } from '../src/aws/alerts/alarms.ts';

export interface RunbookAlarmProps {
  readonly kind: AlarmKind;
  /** Of this deployment's alarms, which tells them from others of the account. */
  readonly prefix: string;
  /** Which destination it is about, if it is about one. */
  readonly destination?: string;
  readonly metric: IMetric;
  readonly threshold: number;
  /** Default: more than the threshold. */
  readonly comparison?: ComparisonOperator;
  /** How many of the metric's periods in a row. Default 1. */
  readonly periods?: number;
  /** Whether no figure at all is a reason too. Default false. */
  readonly whenSilent?: boolean;
  /** Who hears of it, and of its end. Default: nobody. */
  readonly topic?: ITopic | undefined;
}

export class RunbookAlarm extends Construct {
  readonly alarm: Alarm;
  /** The title of its article in docs/runbook.md. */
  readonly article: string;

  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    super(scope, id);
    this.article = ALARMS[props.kind].article;
    this.alarm = new Alarm(this, 'Alarm', {
      // Given by us: alerts are made of it, and people read it.
      alarmName: alarmName(props.prefix, props.kind, props.destination),
      alarmDescription: `${this.article}. What to do: ${articleAddress(this.article)}`,
      metric: props.metric,
      threshold: props.threshold,
      comparisonOperator: props.comparison ?? ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: props.periods ?? 1,
      treatMissingData: props.whenSilent ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    });
    if (!props.topic) return;
    const action = new SnsAction(props.topic);
    this.alarm.addAlarmAction(action);
    this.alarm.addOkAction(action);
  }
}
