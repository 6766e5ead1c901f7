/** Looks whether a destination is fit to take messages, where its answers to messages would not tell. */
import type { Answer } from './judge-status.ts';
import type { Send, Unanswered } from './send.ts';
import type { Check, Finding } from './sink.ts';
import type { Verdict } from './verdict.ts';

type Judge = (answer: Answer | Unanswered) => Verdict | readonly Verdict[];

/** Undefined where all is well; a note lets messages go, everything else does not. */
export async function lookAt(
  { look, find }: Check,
  send: Send,
  timeoutMs: number,
  judge: Judge,
): Promise<Finding | Extract<Verdict, { kind: 'retry' }> | undefined> {
  const answer = await send(look, timeoutMs);
  const judged = judge(answer);
  const verdict = 'kind' in judged ? judged : judged[0];
  if (answer.kind === 'answered' && verdict?.kind === 'delivered') return find(answer);
  if (verdict?.kind === 'retry' || verdict?.kind === 'misconfigured') return verdict;
  // There is nothing of a message in it that could be at fault.
  return { kind: 'misconfigured', reason: verdict && 'reason' in verdict ? verdict.reason : 'no_verdict' };
}
