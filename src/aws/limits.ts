/** The limits of the stream in AWS: those of one machine, but where a call costs money or a Lambda's memory. */
import { LIMITS, type Limits } from '../stream/limits.ts';

export const AWS_LIMITS: Limits = {
  ...LIMITS,
  /** Each heartbeat is two WebSocket messages and an invocation. */
  heartbeatMs: 20_000,
  sliceCacheBytes: 128 * 1024 * 1024,
};
