/** The numbers that the simulation rests on: published where somebody published them, assumed where nobody did. */
import { AWS_LIMITS } from '../../src/aws/limits.ts';
import { fitted } from './log-normal.ts';

/** Producer's request to the start of the Lambda, ms. */
export const BUS = {
  /** Amazon Key, 2,000 events/s, 2026: p90 80 ms. AWS, late 2024: p99 129 ms. */
  'bus of 2026': fitted({ share: 0.9, ms: 80 }, { share: 0.99, ms: 129 }),
  /** Published measurements of early 2023: p50 148, p90 241, p99 387. */
  'bus of 2023': fitted({ share: 0.5, ms: 148 }, { share: 0.99, ms: 387 }),
} as const;
export type BusName = keyof typeof BUS;

/** Init of a Node function on arm64, ms: p50 200–350 and p99 600–1,000 on x86 in 2026, 15–40 % less on arm64. */
export const COLD_START = fitted({ share: 0.5, ms: 200 }, { share: 0.99, ms: 700 });

/** The version row, read while the event is matched. "Single-digit milliseconds" is all that AWS says; assumed. */
export const VERSION_READ = fitted({ share: 0.5, ms: 4 }, { share: 0.99, ms: 12 });

/** `Invoke` with `Event` until it is accepted; assumed. */
export const HAND_OFF = fitted({ share: 0.5, ms: 15 }, { share: 0.99, ms: 50 });

/** From accepted to started: Lambda's own queue, taken as SQS standard was published (2022): 16, 34, 105. */
export const ASYNC_START = fitted({ share: 0.5, ms: 16 }, { share: 0.99, ms: 105 });

/** One `@connections` call from the Lambda, request to answer; nobody published percentiles. Assumed. */
export const POST = fitted({ share: 0.5, ms: 15 }, { share: 0.99, ms: 60 });

/** Processor time of one send in the Lambda, ms. A vCPU is 1,769 MB, `broadcast` has 1,024. */
export const SEND_CPU_MS = 0.04 * (1_769 / 1_024);

/** Match, trim and encode, ms: some microseconds for the index, the rest is room. */
export const MATCH_MS = 1;

/** Requests of the whole account and region, callbacks and viewers' messages together.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/limits.html */
export const ACCOUNT = { perSecond: 10_000, burst: 5_000 } as const;

/** A viewer's heartbeat is a request to the same account. */
export const heartbeatsPerSecond = (viewers: number) => viewers / (AWS_LIMITS.heartbeatMs / 1_000);

/** https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/burst-adaptive-capacity.html */
export const PARTITION_WRITE_UNITS = 1_000;

/** A new line to API Gateway, TCP and TLS, within the region; assumed. */
export const OPEN_LINE_MS = 12;
