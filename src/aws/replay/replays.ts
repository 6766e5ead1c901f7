/** EventBridge's own replays: started for one rule, looked at, cancelled. */
import {
  CancelReplayCommand,
  DescribeReplayCommand,
  type EventBridgeClient,
  ResourceNotFoundException,
  StartReplayCommand,
} from '@aws-sdk/client-eventbridge';
import type { ReplayParts } from './find-parts.ts';

export interface ReplayState {
  readonly state: 'STARTING' | 'RUNNING' | 'CANCELLING' | 'COMPLETED' | 'CANCELLED' | 'FAILED';
  readonly reason?: string;
  /** Whose events it is at: their time, within the span. */
  readonly atMs?: number;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Not in the order of the events, and only to the rule. EventBridge has ten replays at once at most.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_StartReplay.html */
export async function startReplay(
  client: EventBridgeClient,
  { bus, archive }: Pick<ReplayParts, 'bus' | 'archive'>,
  replay: { readonly name: string; readonly ruleArn: string; readonly fromMs: number; readonly toMs: number },
): Promise<void> {
  await client.send(
    new StartReplayCommand({
      ReplayName: replay.name,
      Description: 'By audit-stream replay',
      EventSourceArn: archive.arn,
      EventStartTime: new Date(replay.fromMs),
      EventEndTime: new Date(replay.toMs),
      Destination: { Arn: bus.arn, FilterArns: [replay.ruleArn] },
    }),
  );
}

/** Undefined where there is none of that name. */
export async function describeReplay(
  client: EventBridgeClient,
  name: string,
): Promise<ReplayState | undefined> {
  try {
    const found = await client.send(new DescribeReplayCommand({ ReplayName: name }));
    const { State = 'STARTING', StateReason, EventLastReplayedTime, EventStartTime, EventEndTime } = found;
    return {
      state: State,
      ...(StateReason && { reason: StateReason }),
      ...(EventLastReplayedTime && { atMs: EventLastReplayedTime.getTime() }),
      fromMs: EventStartTime?.getTime() ?? 0,
      toMs: EventEndTime?.getTime() ?? 0,
    };
  } catch (error) {
    if (error instanceof ResourceNotFoundException) return undefined;
    throw error;
  }
}

export async function cancelReplay(client: EventBridgeClient, name: string): Promise<void> {
  await client.send(new CancelReplayCommand({ ReplayName: name }));
}
