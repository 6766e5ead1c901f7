/** Plays the demo into a running home: events through its door, alerts past it. */
import { playAlerts } from '../demo/alert-player.ts';
import { play } from '../demo/player.ts';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../src/domain/bus-event.ts';
import type { Home } from '../src/local/home.ts';

export async function playInto(
  home: Home,
  { eventsPerSecond, withAlerts }: { readonly eventsPerSecond: number; readonly withAlerts: boolean },
  signal: AbortSignal,
): Promise<void> {
  const alerts = withAlerts ? playAlertsInto(home, signal) : undefined;
  await play({
    eventsPerSecond,
    signal,
    async send(event) {
      alerts?.saw(event);
      const response = await fetch(`${home.url}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(event),
      });
      if (!response.ok) console.error(`demo: an event was not taken (${response.status})`);
    },
  });
}

/** Past the door, which takes alerts from nobody: they are the system's own. */
function playAlertsInto(home: Home, signal: AbortSignal) {
  return playAlerts({
    url: `${home.url}/`,
    signal,
    async publish(detail) {
      const entry = { source: SYSTEM_SOURCE, detailType: AUDIT_ALERT, detail, time: detail.occurredAt };
      const [outcome] = await home.publish([entry]);
      if (outcome?.kind !== 'accepted') console.error(`demo: an alert was not taken (${outcome?.code})`);
    },
  });
}
