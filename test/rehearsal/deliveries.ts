/** Events to every destination that takes them: each arrives at each once, but for the one that Datadog refuses. */
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { type Destinations, LABELS, POISON } from './destinations.ts';
import type { Emulated } from './emulated.ts';

const TIMEOUT_MS = 90_000;

const IDS = [...Array.from({ length: 24 }, (_, i) => `destination-${i}`), POISON];
export const PUT_EVENTS = IDS.length;

/** What was not as promised. */
export async function deliverEvents(
  stream: Emulated,
  destinations: Destinations,
): Promise<readonly string[]> {
  const occurredAt = new Date().toISOString();
  // The emulator begins a process for each event at once.
  for (const id of IDS) await stream.put([anAuditEvent({ id, occurredAt, labels: LABELS })]);
  const lacking = () => lackingAt(destinations, (name, id) => name === 'datadog' && id === POISON);
  await until(async () => (await lacking()).length === 0, TIMEOUT_MS).catch(() => undefined);
  return [...(await lacking()), ...(await tooMuchAt(destinations)), ...destinations.wrong()];
}

/** After the dead letter went back: it is there now, and nowhere twice. */
export async function settledEvents(destinations: Destinations): Promise<readonly string[]> {
  const lacking = () => lackingAt(destinations, () => false);
  await until(async () => (await lacking()).length === 0, TIMEOUT_MS).catch(() => undefined);
  return [...(await lacking()), ...(await tooMuchAt(destinations)), ...destinations.wrong()];
}

async function lackingAt(
  { ofEvents, eventsAt }: Destinations,
  isExcused: (name: string, id: string) => boolean,
): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const name of ofEvents) {
    const found = new Set(await eventsAt(name));
    const lacks = IDS.filter((id) => !found.has(id) && !isExcused(name, id));
    if (lacks.length > 0) broken.push(`${name} lacks ${lacks.length} of ${IDS.length} events`);
    if (found.has(POISON) && isExcused(name, POISON)) broken.push(`${name} took what it refuses`);
  }
  return broken;
}

async function tooMuchAt({ ofEvents, eventsAt }: Destinations): Promise<readonly string[]> {
  const broken: string[] = [];
  for (const name of ofEvents) {
    const ids = await eventsAt(name);
    const twice = ids.filter((id, i) => ids.indexOf(id) !== i);
    const foreign = ids.filter((id) => !IDS.includes(id));
    if (twice.length > 0) broken.push(`${name} got twice: ${twice.join(', ')}`);
    if (foreign.length > 0) broken.push(`${name} got what its filter keeps out: ${foreign.join(', ')}`);
  }
  return broken;
}
