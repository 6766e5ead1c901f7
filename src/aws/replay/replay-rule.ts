/** A rule that is there for one filtered replay: EventBridge cannot filter what it replays, but it takes rules by name. */
import { randomUUID } from 'node:crypto';
import {
  DeleteRuleCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  ListTargetsByRuleCommand,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
  ResourceNotFoundException,
} from '@aws-sdk/client-eventbridge';
import { AUDIT_EVENT } from '../../domain/bus-event.ts';
import { mayBeSeveral } from '../../domain/event/several.ts';
import { bothOf } from '../../domain/filter/both-of.ts';
import { isObject } from '../../domain/protocol/fields.ts';
import { onlyFor, REPLAY_RULE_PREFIX, readReplayName, replayNamedBy } from '../../domain/replay-fence.ts';
import type { QueuedRoute } from '../../domain/topology.ts';
import { type Found, patternOf, type ReplayParts, rulesOf } from './find-parts.ts';

type Pattern = QueuedRoute['pattern'];

/** The route's pattern and the filter as one, for the replay of this name alone. */
export function patternFor(rule: Pattern, filter: Pattern, replayName: string): Found<{ pattern: Pattern }> {
  const own = isObject(rule.detail) ? rule.detail : {};
  // What an alert has as a list is its own to say.
  const isOfEvents = JSON.stringify(rule['detail-type']) === JSON.stringify([AUDIT_EVENT]);
  const both = bothOf(own, filter, isOfEvents ? mayBeSeveral : () => true);
  if (both.kind === 'none')
    return {
      kind: 'missing',
      reason: `--filter and the destination's own filter are no one rule: ${both.path} ${both.reason}`,
    };
  const detail = Object.keys(both.pattern).length > 0 ? { detail: both.pattern } : {};
  const pattern = onlyFor({ ...rule, ...detail }, replayName);
  const { length } = JSON.stringify(pattern);
  if (length <= MAX_PATTERN_CHARACTERS) return { kind: 'found', pattern };
  return {
    kind: 'missing',
    reason: `--filter makes a rule of ${length} characters with the destination's own, and EventBridge takes ${MAX_PATTERN_CHARACTERS}: make it shorter`,
  };
}

/** Sends what matches to the queue of `like`, its failures to the same dead letters. Takes effect after a while. */
export async function putReplayRule(
  client: EventBridgeClient,
  { bus, rule: like }: Pick<ReplayParts, 'bus' | 'rule'>,
  replayName: string,
  pattern: Pattern,
): Promise<{ readonly name: string; readonly arn: string }> {
  const name = `${REPLAY_RULE_PREFIX}${randomUUID()}`;
  const { RuleArn = '' } = await client.send(
    new PutRuleCommand({
      Name: name,
      EventBusName: bus.name,
      EventPattern: JSON.stringify(pattern),
      State: 'ENABLED',
      Description: `For the replay ${replayName} alone; audit-stream replay removes it`,
    }),
  );
  const { FailedEntryCount = 0, FailedEntries = [] } = await client.send(
    new PutTargetsCommand({
      Rule: name,
      EventBusName: bus.name,
      Targets: [
        {
          Id: 'queue',
          Arn: like.queueArn,
          ...(like.deadLettersArn !== undefined && { DeadLetterConfig: { Arn: like.deadLettersArn } }),
        },
      ],
    }),
  );
  if (FailedEntryCount === 0) return { name, arn: RuleArn };
  await removeReplayRule(client, bus.name, name);
  throw new Error(
    `the rule for the replay got no target: ${FailedEntries[0]?.ErrorMessage ?? 'no reason given'}`,
  );
}

export async function removeReplayRule(
  client: EventBridgeClient,
  busName: string,
  name: string,
): Promise<void> {
  try {
    const rule = { Rule: name, EventBusName: busName };
    const { Targets = [] } = await client.send(new ListTargetsByRuleCommand(rule));
    const Ids = Targets.flatMap(({ Id }) => Id ?? []);
    if (Ids.length > 0) await client.send(new RemoveTargetsCommand({ ...rule, Ids }));
    await client.send(new DeleteRuleCommand({ Name: name, EventBusName: busName }));
  } catch (error) {
    // Somebody else was faster.
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

/** Removes rules whose replay is over, or never began. Returns their names. */
export async function removeLeftovers(
  client: EventBridgeClient,
  busName: string,
  nowMs: number,
): Promise<readonly string[]> {
  const removed: string[] = [];
  for (const rule of await rulesOf(client, busName, REPLAY_RULE_PREFIX)) {
    const replayName = replayNamedBy(patternOf(rule));
    if (!rule.Name || replayName === undefined || !(await isOver(client, replayName, nowMs))) continue;
    await removeReplayRule(client, busName, rule.Name);
    removed.push(rule.Name);
  }
  return removed;
}

async function isOver(client: EventBridgeClient, replayName: string, nowMs: number): Promise<boolean> {
  try {
    const { State, ReplayEndTime } = await client.send(new DescribeReplayCommand({ ReplayName: replayName }));
    const isEnded = State === 'COMPLETED' || State === 'CANCELLED' || State === 'FAILED';
    return isEnded && nowMs - (ReplayEndTime?.getTime() ?? 0) >= LAST_EVENTS_MS;
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
    // Perhaps somebody has just made the rule, and starts the replay once it has taken effect.
    return nowMs - (readReplayName(replayName)?.namedAtMs ?? 0) > NEVER_BEGAN_MS;
  }
}

/** What was replayed last may still be on its way through the rule. */
const LAST_EVENTS_MS = 60_000;
const NEVER_BEGAN_MS = 60 * 60_000;
/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN_CHARACTERS = 2_048;
