/** Puts events on an EventBridge bus through the SDK: credentials from wherever it finds them. */
import {
  EventBridgeClient,
  type EventBridgeClientConfig,
  PutEventsCommand,
} from '@aws-sdk/client-eventbridge';
import { causeOf } from '../stream/log.ts';
import type { Publish } from '../stream/ports.ts';
import { makePublish, type PublishOptions, type PutCall, UNREACHABLE } from './bus/publish.ts';

export interface PutEventsOptions extends Omit<PublishOptions, 'call'> {
  readonly client?: EventBridgeClientConfig;
}

/** As {@link makePublish} does. */
export function makePutEvents({ client, ...options }: PutEventsOptions): Publish {
  return makePublish({ ...options, call: sdkCall(client) });
}

function sdkCall(config?: EventBridgeClientConfig): PutCall {
  const client = new EventBridgeClient({
    maxAttempts: 1,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 2_000, throwOnRequestTimeout: true },
    ...config,
  });
  return async (entries, timeoutMs) => {
    try {
      const command = new PutEventsCommand({ Entries: [...entries] });
      const { Entries = [] } = await client.send(command, { abortSignal: AbortSignal.timeout(timeoutMs) });
      return { kind: 'answered', entries: Entries };
    } catch (error) {
      return { kind: 'failed', ...refusedBy(error) };
    }
  };
}

/** The whole request failed: with EventBridge's word, or on the way. */
function refusedBy(error: unknown): { readonly code: string; readonly message: string } {
  const answered =
    (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode !== undefined;
  return { code: answered ? (error as Error).name : UNREACHABLE, message: causeOf(error) };
}
