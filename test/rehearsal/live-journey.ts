/** Real records through the emulated deployment to thirty-three viewers, while Lambdas are killed under it. */
import { figuresOf, openAudience, settled, verdict, wantedOf } from '../journey/audience.ts';
import { freshEvents } from '../journey/corpus.ts';
import { reference } from '../journey/expected.ts';
import { seededRandom } from '../journey/random.ts';
import type { Viewer } from '../journey/viewer.ts';
import type { Emulated } from './emulated.ts';
import type { Issuer } from './issuer.ts';
import type { MiniStack } from './ministack.ts';

export interface LiveJourneyOptions {
  readonly cloud: MiniStack;
  readonly stream: Emulated;
  readonly issuer: Issuer;
  readonly seed: number;
  readonly say: (text: string) => void;
}

export const EVENTS = 150;
/** The emulator starts a process for each concurrent event: a few at a time. */
const TOGETHER = 5;
const PAUSE_MS = 200;
/** Share of the batches under which `broadcast` is killed. */
const KILLS = 0.15;

/** What was not as promised. */
export async function liveJourney(options: LiveJourneyOptions): Promise<readonly string[]> {
  const { cloud, stream, issuer, seed, say } = options;
  const random = seededRandom(seed);
  const events = freshEvents(random).slice(0, EVENTS);
  const viewers: Viewer[] = [];
  let killed = 0;
  try {
    const place = { streamUrl: stream.streamUrl, token: (tenant: string) => issuer.token(tenant) };
    viewers.push(...(await openAudience(place, random)));
    for (let from = 0; from < events.length; from += TOGETHER) {
      await stream.put(events.slice(from, from + TOGETHER));
      if (random() < KILLS) {
        await new Promise((resolve) => setTimeout(resolve, random() * 20));
        killed += cloud.kill('Broadcast');
      }
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    const wanted = await wantedOf(viewers, events, reference);
    await settled(viewers, wanted);
    const { deliveries, pushShare, reconnects } = figuresOf(viewers);
    say(
      `${deliveries} handed over, ${(100 * pushShare).toFixed(1)} % by push, ${killed} Lambdas killed, ${reconnects} reconnects`,
    );
    return verdict(viewers, wanted);
  } finally {
    for (const viewer of viewers) viewer.close();
  }
}
