/** An audited function on the emulator with its bus, and the clock of what happened between them. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { aBus, accept, type BusAnswer, type BusEntry } from '../../builders/a-bus.ts';
import { type FunctionOptions, startFunction } from '../../services/lambda/a-function.ts';
import type { Call } from '../../services/lambda/watching-proxy.ts';
import { isAnswer, type Tally, tallyOf } from './tally.ts';

/** What all scenes of a run share. */
export interface Lambda {
  readonly binary: string;
  readonly code: string;
  /** AWS's own client, for instance, instead of ours. */
  readonly client?: string | undefined;
}

export interface SceneOptions
  extends Partial<Pick<FunctionOptions, 'timeoutS' | 'freezes' | 'onAnswered' | 'refuses'>> {
  /** Records that each invocation makes; 1 by default. */
  readonly perRequest?: number;
  readonly answer?: (entry: BusEntry, request: number) => BusAnswer | Promise<BusAnswer>;
}

/** An entry on its way: when the bus had the request, and when it had answered. */
export interface Put {
  readonly atMs: number;
  readonly requestId: string;
  answeredAtMs?: number;
}

export type Scene = Awaited<ReturnType<typeof aScene>>;

export function aLambda(binary: string, client?: string): Lambda & { remove(): void } {
  const code = mkdtempSync(join(tmpdir(), 'lambda-code-'));
  execFileSync(process.execPath, [fileURLToPath(new URL('./bundle-child.ts', import.meta.url)), code]);
  return { binary, code, client, remove: () => rmSync(code, { recursive: true }) };
}

export async function aScene(lambda: Lambda, options: SceneOptions = {}) {
  const { answer = accept, perRequest = 1, ...rest } = options;
  const puts: Put[] = [];
  const taken: string[] = [];
  const bus = await aBus(async (entry, request) => {
    const put: Put = { atMs: performance.now(), requestId: JSON.parse(entry.Detail).source.requestId };
    puts.push(put);
    const said = await answer(entry, request);
    if (typeof said === 'object' && 'EventId' in said) taken.push(entry.Detail);
    put.answeredAtMs = performance.now();
    return said;
  });
  const fn = await startFunction({
    ...lambda,
    timeoutS: 5,
    freezes: true,
    ...rest,
    env: {
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: 'test',
      AWS_SECRET_ACCESS_KEY: 'test',
      AWS_ENDPOINT_URL_EVENTBRIDGE: bus.endpoint,
      AUDIT_STREAM_BUS: 'audit',
    },
  });
  const { calls } = fn.proxy;
  const isLeft = ({ requestId, atMs, answeredAtMs = Number.POSITIVE_INFINITY }: Put) => {
    const answer = calls.find((call) => isAnswer(call) && call.requestId === requestId);
    const sinceMs = answer?.answeredAtMs ?? atMs;
    const next = calls.find(({ what, askedAtMs }) => what === 'event/next' && askedAtMs > sinceMs);
    return next !== undefined && next.askedAtMs < answeredAtMs;
  };
  return {
    ...fn,
    puts,
    closeIdle: bus.closeIdle,
    tally: (): Tally => tallyOf(calls, taken, fn.log(), perRequest),
    /** Between the moment Lambda had an answer and the moment the bus had the first request about it. */
    leadsMs: (): readonly number[] =>
      calls.flatMap((call) => {
        const put = puts.find(({ requestId }) => requestId === call.requestId);
        return put && isAnswer(call) && call.answeredAtMs !== undefined ? [put.atMs - call.answeredAtMs] : [];
      }),
    /** Records on their way when the extension said that it was done. */
    leftForNext: () => puts.filter(isLeft).length,
    /** How often the process was started, and the extension registered before it asked for its first invocation. */
    starts: () => startsIn(calls),
    async stop() {
      await fn.stop();
      bus.close();
    },
  };
}

/** Lambda itself refuses an extension that comes too late. */
function startsIn(calls: readonly Call[]) {
  const registering = calls.filter(({ what, status }) => what === 'register' && status !== undefined);
  return { cold: registering.length, registered: registering.filter(({ status }) => status === 200).length };
}
