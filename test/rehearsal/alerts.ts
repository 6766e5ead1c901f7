/** Two alerts from their firing to their end, at once: what each destination that takes alerts told people, in order. */
import type { Alert } from '../../src/domain/alert/alert.ts';
import { anAlert } from '../builders/an-alert.ts';
import { until } from '../builders/until.ts';
import { type Destinations, LABELS } from './destinations.ts';
import type { Emulated } from './emulated.ts';

const TIMEOUT_MS = 60_000;
const ALERTS = ['rehearsal-1', 'rehearsal-2'].map((alertId) => ({ alertId, title: `Alert ${alertId}` }));
const BY = { id: 'ada' };

type Step = Pick<Alert, 'change' | 'status'> & Partial<Alert>;
/** By destination, how what it told begins. One message that is kept up to date, with replies; one incident. */
const STEPS: readonly {
  readonly notice: Step;
  readonly told: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    notice: { change: 'fired', status: 'firing' },
    told: {
      slack: ['posted'],
      'slack-webhook': ['posted'],
      pagerduty: ['trigger'],
      email: ['FIRING (high)'],
    },
  },
  {
    notice: { change: 'merged', status: 'firing', count: 3 },
    told: { slack: ['changed'], pagerduty: ['trigger'] },
  },
  {
    notice: { change: 'acknowledged', status: 'acknowledged', count: 3, acknowledgedBy: BY },
    told: { slack: ['changed', 'replied'], 'slack-webhook': ['posted'], pagerduty: ['acknowledge'] },
  },
  {
    notice: { change: 'resolved', status: 'resolved', count: 3, resolvedBy: { kind: 'person', ...BY } },
    told: {
      slack: ['changed', 'replied'],
      'slack-webhook': ['posted'],
      pagerduty: ['resolve'],
      email: ['RESOLVED (high)'],
    },
  },
];
export const PUT_NOTICES = STEPS.length * ALERTS.length;
const NAMES = ['slack', 'slack-webhook', 'pagerduty', 'email'];

/** What was not as promised. */
export async function tellAlerts(stream: Emulated, destinations: Destinations): Promise<readonly string[]> {
  for (const [i, { notice }] of STEPS.entries()) {
    const occurredAt = new Date().toISOString();
    for (const { alertId, title } of ALERTS)
      await stream.putAlert(
        anAlert({
          ...notice,
          id: `${alertId}-${i + 1}`,
          alertId,
          title,
          sequence: i + 1,
          occurredAt,
          labels: LABELS,
        }),
      );
    const others = () => otherThan(i + 1);
    await until(() => others().length === 0, TIMEOUT_MS).catch(() => undefined);
    if (others().length > 0) return [...others(), ...destinations.wrong()];
  }
  return destinations.wrong();

  function otherThan(steps: number): readonly string[] {
    return NAMES.flatMap((name) =>
      ALERTS.flatMap(({ alertId, title }) => {
        const wanted = STEPS.slice(0, steps).flatMap(({ told }) => told[name] ?? []);
        const told = toldOf(destinations, name, alertId, title);
        return told.join() === wanted.join()
          ? []
          : [`${name} told of ${alertId}: ${told.join(', ')}; not: ${wanted.join(', ')}`];
      }),
    );
  }
}

/** What one told people of an alert, in order: how each line begins. A request that ends something names the alert by a
 * key alone: its line has the title. */
export function toldOf(
  destinations: Destinations,
  name: string,
  alertId: string,
  title: string,
): readonly string[] {
  return destinations.requestsAt(name).flatMap(({ ids, preview: [line = ''] }) => {
    const isOfIt = ids.includes(alertId) || line.endsWith(title);
    return isOfIt ? [line.slice(0, line.indexOf(':'))] : [];
  });
}
