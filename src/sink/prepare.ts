/** Makes what a destination must have before its first event, once per process. */
import { type Answer, judgeStatus, judgeUnanswered } from './judge-status.ts';
import type { Send, Unanswered } from './send.ts';
import type { Preparation } from './sink.ts';
import type { Verdict } from './verdict.ts';

/** Undefined when all is there. What fails is tried again with the next batch. */
export async function prepare(
  steps: readonly Preparation[],
  send: Send,
  { now, timeoutMs }: { now: () => number; timeoutMs: () => number },
): Promise<Exclude<Verdict, { kind: 'split' | 'delivered' }> | undefined> {
  for (const { look, isThere, make } of steps) {
    const seen = await send(look, timeoutMs());
    if (seen.kind === 'answered' && seen.status === 200 && isThere(seen)) continue;
    const mayMake = seen.kind === 'answered' && (seen.status === 200 || seen.status === 404);
    const failed = failureOf(mayMake ? await send(make(seen), timeoutMs()) : seen, now());
    if (failed) return failed;
  }
  return undefined;
}

function failureOf(answer: Answer | Unanswered, nowMs: number) {
  if (answer.kind === 'unanswered') return judgeUnanswered(answer);
  const verdict = judgeStatus(answer, nowMs);
  if (verdict.kind === 'delivered') return undefined;
  if (verdict.kind === 'retry' || verdict.kind === 'misconfigured') return verdict;
  // Nothing of an event is in it: the destination does not want it so.
  return { kind: 'misconfigured' as const, reason: `setup_http_${answer.status}`, status: answer.status };
}
