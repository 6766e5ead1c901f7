/** Whether a storm ended as it should: counted at the vendors, in the records, and in the books. */
import { verdictOf } from '../../../src/domain/accounts.ts';
import type { AlertRecord } from '../../../src/domain/alert/alert-record.ts';
import { dedupKeyOf } from '../../../src/domain/alert/dedup-key.ts';
import type { Store } from '../../../src/local/store/open-store.ts';
import type { aSlack } from '../../sink/a-slack.ts';
import type { aBusyPagerDuty } from './busy-pagerduty.ts';

export interface StormEnd {
  readonly alerts: number;
  readonly redelivered: number;
  readonly eventsPerSecond: number;
  readonly cpuMs: number;
  /** From the last event to the last word, in the time of the storm. */
  readonly calmMs: number;
  readonly slack: { readonly messages: number; readonly calls: number; readonly tooFast: number };
  readonly pagerduty: {
    readonly incidents: number;
    /** Alerts that were over before PagerDuty's limit let their beginning through: nobody is woken for them any more. */
    readonly overBefore: number;
    readonly calls: number;
    readonly tooFast: number;
  };
  /** What does not add up. */
  readonly broken: readonly string[];
}

export interface StormFacts {
  readonly events: number;
  readonly groups: number;
  readonly redelivered: number;
  readonly detectedMs: number;
  readonly cpuMs: number;
  readonly calmMs: number;
  readonly slack: ReturnType<typeof aSlack>;
  readonly pagerduty: ReturnType<typeof aBusyPagerDuty>;
  readonly store: Store;
  readonly records: readonly AlertRecord[];
}

export async function judgeStorm(facts: StormFacts): Promise<StormEnd> {
  const { events, groups, slack, pagerduty, store, records } = facts;
  const tooFast = slack.refused.filter((why) => why === 'ratelimited').length;
  const accounts = await store.accounts();
  const dead = store.deadLetters.countByReason();
  const ids = records.map(({ alert }) => alert.alertId);
  const sum = (ruleId: string) =>
    records.reduce((total, { alert }) => total + (alert.rule.id === ruleId ? alert.count : 0), 0);
  const told = slack.shown.map(({ blocks }) => JSON.stringify(blocks));
  const notOnce = ids.filter((id) => told.filter((text) => text.includes(id)).length !== 1);
  const open = told.filter((text) => !text.includes('Resolved'));
  const keys = new Set(pagerduty.incidents.map(({ dedupKey }) => dedupKey));
  // What was over before its beginning could be told is told all the same, and PagerDuty drops it.
  const heard = new Set(pagerduty.events.map(({ dedup_key }) => dedup_key));
  const untold = records.filter(({ alert }) => !heard.has(dedupKeyOf(alert)));
  const groupsOf = new Set(records.map(({ alert }) => JSON.stringify([alert.rule.id, alert.group])));
  const broken = [
    ...(records.length === 2 * groups ? [] : [`${records.length} alerts, not ${2 * groups}`]),
    ...['each', 'many'].flatMap((rule) =>
      sum(rule) === events ? [] : [`${rule} counts ${sum(rule)} events, not ${events}`],
    ),
    ...records.flatMap(({ alert }) =>
      alert.status === 'resolved' ? [] : [`${alert.title} is ${alert.status}`],
    ),
    ...(notOnce.length > 0 ? [`${notOnce.length} alerts have no message at Slack, or several`] : []),
    ...(told.length === ids.length ? [] : [`${told.length} messages at Slack for ${ids.length} alerts`]),
    ...(open.length > 0 ? [`${open.length} messages at Slack do not say that it is over`] : []),
    ...(keys.size === pagerduty.incidents.length ? [] : ['an alert has two incidents at PagerDuty']),
    ...(untold.length > 0 ? [`PagerDuty heard nothing of ${untold.length} alerts, not even their end`] : []),
    ...(groupsOf.size === ids.length ? [] : ['a group has two alerts of one rule']),
    ...(tooFast + pagerduty.refused() > ids.length / 100 ? ['vendors were called above their limits'] : []),
    ...(pagerduty.incidents.every(({ state }) => state === 'resolved')
      ? []
      : ['incidents are open at PagerDuty']),
    ...slack.refused.filter((why) => why !== 'ratelimited').map((why) => `Slack refused: ${why}`),
    ...pagerduty.faults.map((fault) => `PagerDuty refused: ${fault}`),
    ...dead.map(({ queue, reason, count }) => `${count} dead in ${queue}: ${reason}`),
    ...(verdictOf(accounts).kind === 'lost' ? ['the books count a loss'] : []),
  ];
  return {
    alerts: ids.length,
    redelivered: facts.redelivered,
    eventsPerSecond: Math.round((events / facts.detectedMs) * 1_000),
    cpuMs: Math.round(facts.cpuMs),
    calmMs: facts.calmMs,
    slack: { messages: slack.shown.length, calls: slack.calls.length, tooFast },
    pagerduty: {
      incidents: pagerduty.incidents.length,
      overBefore: ids.length - pagerduty.incidents.length,
      calls: pagerduty.events.length + pagerduty.refused(),
      tooFast: pagerduty.refused(),
    },
    broken,
  };
}
