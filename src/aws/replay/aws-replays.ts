/** What the command line asks of EventBridge for a replay, on one bus. */
import { EventBridgeClient, type EventBridgeClientConfig } from '@aws-sdk/client-eventbridge';
import type { QueuedRoute } from '../../domain/topology.ts';
import { findParts, type ReplayParts } from './find-parts.ts';
import { patternFor, putReplayRule, removeLeftovers, removeReplayRule } from './replay-rule.ts';
import { cancelReplay, describeReplay, startReplay } from './replays.ts';

export type AwsReplays = ReturnType<typeof makeAwsReplays>;

/** Calls reject with AWS's own error. Credentials and region are those of whoever runs it. */
export function makeAwsReplays(busName: string, config: EventBridgeClientConfig = {}) {
  const client = new EventBridgeClient(config);
  return {
    find: (route: string, archiveName?: string) =>
      findParts(client, { busName, route, ...(archiveName !== undefined && { archiveName }) }),
    patternFor,
    putRule: (parts: ReplayParts, replayName: string, pattern: QueuedRoute['pattern']) =>
      putReplayRule(client, parts, replayName, pattern),
    removeRule: (name: string) => removeReplayRule(client, busName, name),
    removeLeftovers: (nowMs: number) => removeLeftovers(client, busName, nowMs),
    start: (parts: ReplayParts, replay: Parameters<typeof startReplay>[2]) =>
      startReplay(client, parts, replay),
    describe: (name: string) => describeReplay(client, name),
    cancel: (name: string) => cancelReplay(client, name),
  };
}
