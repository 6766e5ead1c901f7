/** Called each minute: ends, repeats and publishes what is due, and makes alerts of this stack's alarms. Called by
 * CloudWatch's own event besides, as soon as one of them changes. */
import { CloudWatchClient } from '@aws-sdk/client-cloudwatch';
import { alarmIn, conditionOf } from '../../src/aws/alerts/alarm-condition.ts';
import { makeReadAlarms } from '../../src/aws/alerts/read-alarms.ts';
import { makeClock } from '../../src/aws/alerts/run-clock.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { logToStderr as log } from '../../src/stream/log.ts';
import { makeAlerting } from './alerting.ts';

const { alarmPrefix } = readSettings();
const { detector } = makeAlerting(log);
const readAlarms = makeReadAlarms(
  new CloudWatchClient({
    maxAttempts: 3,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  }),
  alarmPrefix,
);
const runClock = makeClock({
  detector,
  readPipeline: async () => (await readAlarms()).flatMap((alarm) => conditionOf(alarmPrefix, alarm) ?? []),
  log,
});

export async function handler(
  event: unknown,
  context: { getRemainingTimeInMillis(): number },
): Promise<void> {
  const alarm = alarmIn(event);
  if (alarm === undefined) return void (await runClock(() => context.getRemainingTimeInMillis()));
  const condition = conditionOf(alarmPrefix, alarm);
  if (condition) await detector.pipeline([condition]);
}
