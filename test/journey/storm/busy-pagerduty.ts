/** PagerDuty that takes 120 events a minute of one key and no more.
 * https://developer.pagerduty.com/docs/events-api-v2-overview#rate-limits */
import type { Send } from '../../../src/sink/send.ts';
import { aPagerDuty } from '../../sink/a-pagerduty.ts';
import { say } from '../../sink/a-slack.ts';

const MOST_A_MINUTE = 120;

export function aBusyPagerDuty(now: () => number) {
  const vendor = aPagerDuty();
  const takenMs: number[] = [];
  let refused = 0;
  const send: Send = async (request) => {
    while (takenMs.length > 0 && now() - (takenMs[0] as number) >= 60_000) takenMs.shift();
    if (takenMs.length >= MOST_A_MINUTE) {
      refused++;
      return { ...say(429, ''), headers: { 'retry-after': '5' } };
    }
    takenMs.push(now());
    const { pathname } = new URL(request.url);
    const reply = vendor.answer({
      method: 'POST',
      path: pathname,
      headers: request.headers,
      body: request.body,
    });
    if (typeof reply === 'string') throw new Error('it answers always');
    return say(reply.status, reply.body ?? '');
  };
  return { ...vendor, send, refused: () => refused };
}
