/** Plays the demo's events into a running home, through its door. */
import { play } from '../demo/player.ts';
import type { Home } from '../src/local/home.ts';

export function playInto(
  home: Pick<Home, 'url'>,
  { eventsPerSecond }: { readonly eventsPerSecond: number },
  signal: AbortSignal,
): Promise<void> {
  return play({
    eventsPerSecond,
    signal,
    async send(event) {
      const response = await fetch(`${home.url}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
      if (!response.ok) console.error(`demo: an event was not taken (${response.status})`);
    },
  });
}
