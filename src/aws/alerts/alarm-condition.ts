/** An alarm of CloudWatch, as the condition of the pipeline that it watches. */
import type { PipelineCondition } from '../../detect/detector.ts';
import { isObject } from '../../domain/protocol/fields.ts';
import { ALARMS, articleAddress, readAlarmName } from './alarms.ts';

/** What CloudWatch says of an alarm, on the bus and when it is asked. */
export interface AlarmState {
  readonly name: string;
  /** `OK`, `ALARM` or `INSUFFICIENT_DATA`. */
  readonly value: string;
}

/** Undefined where there is nothing to tell: another deployment's alarm, or one that knows no answer for now.
 * @param prefix of this deployment's alarms. */
export function conditionOf(prefix: string, { name, value }: AlarmState): PipelineCondition | undefined {
  const known = readAlarmName(prefix, name);
  if (!known || (value !== 'ALARM' && value !== 'OK')) return undefined;
  const { article, severity, ...facts } = ALARMS[known.kind];
  const { destination } = known;
  const subject = destination ?? ('subject' in facts ? facts.subject : known.kind);
  return {
    id: `pipeline-${known.kind}`,
    name: article,
    subject,
    isBroken: value === 'ALARM',
    severity,
    title: destination === undefined ? article : `${article}: ${destination}`,
    message: `CloudWatch's alarm ${name}. What to do: ${articleAddress(article)}`,
    // It may be the one that is broken.
    ...(destination !== undefined && { notThrough: destination }),
  };
}

/** The alarm that an event of the account's own bus is about; undefined if it is about none.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
export function alarmIn(event: unknown): AlarmState | undefined {
  if (!isObject(event) || event['detail-type'] !== ALARM_STATE_CHANGE || !isObject(event.detail))
    return undefined;
  const { alarmName, state } = event.detail;
  if (typeof alarmName !== 'string' || !isObject(state) || typeof state.value !== 'string') return undefined;
  return { name: alarmName, value: state.value };
}

export const ALARM_STATE_CHANGE = 'CloudWatch Alarm State Change';
