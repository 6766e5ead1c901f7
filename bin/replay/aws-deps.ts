/** What a replay in AWS works with; the SDK is loaded only for it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { AwsReplays } from '../../src/aws/replay/aws-replays.ts';
import type { Publish } from '../../src/stream/ports.ts';

export interface AwsDeps {
  readonly aws: AwsReplays;
  readonly publish: Publish;
  readonly signal: AbortSignal;
  readonly now: () => number;
  /** Ends early, without a word, when `signal` says so. */
  readonly pause: (ms: number) => Promise<void>;
  readonly say: (line: string) => void;
  /** What is no result. */
  readonly warn: (line: string) => void;
}

/** Throws when the AWS SDK is not installed. */
export async function awsDeps(busName: string, signal: AbortSignal): Promise<AwsDeps> {
  try {
    const [{ makeAwsReplays }, { makePutEvents }] = await Promise.all([
      import('../../src/aws/replay/aws-replays.ts'),
      import('../../src/aws/put-events.ts'),
    ]);
    return {
      aws: makeAwsReplays(busName),
      publish: makePutEvents({ busName, timeoutMs: 10_000 }),
      signal,
      now: Date.now,
      pause: (ms) => sleep(ms, undefined, { signal }).catch(() => {}),
      say: console.log,
      warn: console.error,
    };
  } catch (cause) {
    throw new Error('--bus needs the AWS SDK: npm install @aws-sdk/client-eventbridge', { cause });
  }
}
