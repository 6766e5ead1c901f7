/** An alarm of the stack becomes an alert: found by the clock that the schedule calls, and, when it is well again, told by
 * the event that CloudWatch would put on the account's bus. */
import { CloudWatchClient, DescribeAlarmsCommand, SetAlarmStateCommand } from '@aws-sdk/client-cloudwatch';
import { EventBridgeClient, ListRulesCommand, ListTargetsByRuleCommand } from '@aws-sdk/client-eventbridge';
import { requestBody } from '../../src/aws/http/request-body.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { until } from '../builders/until.ts';
import type { Emulated } from './emulated.ts';
import type { Issuer } from './issuer.ts';
import { CREDENTIALS, type MiniStack, REGION } from './ministack.ts';

/** The schedule's minute, and what the emulator adds. */
const TIMEOUT_MS = 90_000;

export interface BrokenPipeline {
  /** What was not as promised. */
  heard(): Promise<readonly string[]>;
  close(): void;
}

/** Sets one alarm off; the schedule's next minute has to find it. */
export async function breakPipeline(
  cloud: MiniStack,
  stream: Emulated,
  issuer: Issuer,
): Promise<BrokenPipeline> {
  const cloudWatch = new CloudWatchClient({ endpoint: cloud.url, region: REGION, credentials: CREDENTIALS });
  const pushes: Alert[] = [];
  const auditor = new AuditStreamClient({
    url: stream.streamUrl,
    getToken: () => issuer.token(SYSTEM_TENANT, ['auditor']),
  });
  auditor.on('problem', () => undefined);
  auditor.on('alert', ({ alert }) => void pushes.push(alert as Alert));
  auditor.connect();
  await auditor.subscribe('pipeline', { rule: { id: ['pipeline-trail-late'] } });
  const { MetricAlarms = [] } = await cloudWatch.send(new DescribeAlarmsCommand({}));
  const name = MetricAlarms.find(({ AlarmName = '' }) => AlarmName.endsWith('-trail-late'))?.AlarmName ?? '';
  const set = (StateValue: 'ALARM' | 'OK') =>
    cloudWatch.send(new SetAlarmStateCommand({ AlarmName: name, StateValue, StateReason: 'the rehearsal' }));
  await set('ALARM');
  return {
    async heard() {
      const broken: string[] = [];
      await until(() => changes().length > 0, TIMEOUT_MS).catch(() => undefined);
      if (changes().join() !== 'fired')
        broken.push(`the alarm ${name} made: ${changes().join() || 'no alert'}`);
      await set('OK');
      await invokeTick(cloud, alarmChange(name, 'OK'));
      await until(() => changes().length > 1, TIMEOUT_MS).catch(() => undefined);
      if (changes().join() !== 'fired,resolved')
        broken.push(`the alarm ${name}, well again, has made: ${changes().join() || 'no alert'}`);
      return broken;
    },
    close: () => auditor.close(),
  };

  function changes(): readonly string[] {
    return pushes.map(({ change }) => change);
  }
}

/** As AWS documents it: the emulator's CloudWatch puts no events, and nobody else may put AWS's.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/cloudwatch-and-eventbridge.html */
function alarmChange(alarmName: string, value: string) {
  return {
    version: '0',
    'detail-type': 'CloudWatch Alarm State Change',
    source: 'aws.cloudwatch',
    detail: { alarmName, state: { value, reason: 'the rehearsal' } },
  };
}

/** What the rule on the account's own bus would call. */
async function invokeTick(cloud: MiniStack, event: object): Promise<void> {
  const bus = new EventBridgeClient({ endpoint: cloud.url, region: REGION, credentials: CREDENTIALS });
  const { Rules = [] } = await bus.send(new ListRulesCommand({}));
  const Rule = Rules.find(({ Name = '' }) => Name.includes('AlarmChanges'))?.Name;
  const { Targets = [] } = await bus.send(new ListTargetsByRuleCommand({ Rule }));
  const tick = Targets[0]?.Arn?.split(':').at(-1);
  const client = makeSignedClient({
    endpoint: cloud.url,
    service: 'lambda',
    region: REGION,
    credentials: () => CREDENTIALS,
  });
  const call = client.withHeaders({ 'content-type': 'application/json' });
  const path = `/2015-03-31/functions/${tick}/invocations`;
  const answer = await call('POST', path, 60_000, requestBody(JSON.stringify(event)));
  client.close();
  if (answer.kind !== 'answered' || answer.status !== 200)
    throw new Error(`the clock ${tick} could not be called`);
}
