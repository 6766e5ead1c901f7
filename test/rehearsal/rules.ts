/** Events become alerts: by the rules of a folder that was deployed, told at Slack's and PagerDuty's stand-ins and pushed to
 * viewers, kept up to date, and ended by an event. */
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { toldOf } from './alerts.ts';
import type { Destinations } from './destinations.ts';
import type { Emulated } from './emulated.ts';
import type { Issuer } from './issuer.ts';

/** What waits for the clock waits a minute. */
const TIMEOUT_MS = 90_000;
const TENANT = 'acme';
const ADA = { type: 'user', id: 'ada' } as const;

interface Stage {
  readonly what: string;
  /** What happens. */
  readonly events?: readonly Partial<AuditEvent>[];
  /** What an operator does to the alert, and a viewer may not. */
  readonly act?: 'acknowledge-alert';
  /** The changes that viewers were pushed by then. */
  readonly pushed: readonly string[];
  /** By destination, how what it told begins. */
  readonly told: Readonly<Record<string, readonly string[]>>;
}

const VAULT = { targets: [{ type: 'vault', id: 'vault-1' }], actor: ADA };
/** One message that is kept up to date, with replies; one incident. */
const MATCH: readonly Stage[] = [
  {
    what: 'an event that a rule describes',
    events: [{ ...VAULT, action: 'vault.opened' }],
    pushed: ['fired'],
    told: { slack: ['posted'], pagerduty: ['trigger'] },
  },
  {
    what: 'another one is told with it',
    events: [{ ...VAULT, action: 'vault.opened' }],
    pushed: ['fired', 'merged'],
    told: { slack: ['posted', 'changed'], pagerduty: ['trigger', 'trigger'] },
  },
  {
    what: 'an operator takes it in hand',
    act: 'acknowledge-alert',
    pushed: ['fired', 'merged', 'acknowledged'],
    told: {
      slack: ['posted', 'changed', 'changed', 'replied'],
      pagerduty: ['trigger', 'trigger', 'acknowledge'],
    },
  },
  {
    what: 'the event that ends it',
    events: [{ ...VAULT, action: 'vault.closed' }],
    pushed: ['fired', 'merged', 'acknowledged', 'resolved'],
    told: {
      slack: ['posted', 'changed', 'changed', 'replied', 'changed', 'replied'],
      pagerduty: ['trigger', 'trigger', 'acknowledge', 'resolve'],
    },
  },
];
const LOGIN = { action: 'vault.login', actor: ADA } as const;
const FAILED = { ...LOGIN, outcome: 'failure' } as const;
const THRESHOLD: readonly Stage[] = [
  { what: 'two failures are none too many', events: [FAILED, FAILED], pushed: [], told: {} },
  { what: 'the third is', events: [FAILED], pushed: ['fired'], told: { slack: ['posted'] } },
  {
    what: 'a login that succeeds ends it',
    events: [{ ...LOGIN, outcome: 'success' }],
    pushed: ['fired', 'resolved'],
    told: { slack: ['posted', 'changed', 'replied'] },
  },
];

/** What was not as promised. `say` tells how long an event took to its destination. */
export async function eventsToAlerts(
  stream: Emulated,
  issuer: Issuer,
  destinations: Destinations,
  say: (text: string) => void,
): Promise<readonly string[]> {
  const pushes: Alert[] = [];
  const viewer = clientOf('viewer');
  const operator = clientOf('operator');
  try {
    operator.connect();
    viewer.on('alert', ({ alert }) => void pushes.push(alert as Alert));
    viewer.connect();
    await viewer.subscribe('alerts', { rule: { id: ['vault-opened', 'many-failed-logins'] } });
    const first = await live('vault-opened', MATCH);
    if (first.length > 0) return first;
    return [...(await live('many-failed-logins', THRESHOLD)), ...destinations.wrong()];
  } finally {
    viewer.close();
    operator.close();
  }

  async function live(ruleId: string, stages: readonly Stage[]): Promise<readonly string[]> {
    const broken: string[] = [];
    for (const stage of stages) {
      const startedAtMs = Date.now();
      for (const [i, fields] of (stage.events ?? []).entries())
        await stream.put([anEvent(ruleId, fields, i)]);
      if (stage.act) broken.push(...(await act(stage.act, noticesOf(ruleId)[0]?.alertId)));
      await until(() => lacking(ruleId, stage).length === 0, TIMEOUT_MS).catch(() => undefined);
      broken.push(...lacking(ruleId, stage).map((what) => `${stage.what}: ${what}`));
      if (broken.length > 0) return broken;
      say(`${stage.what}: ${Date.now() - startedAtMs} ms`);
    }
    return [];
  }

  /** A viewer is refused first. */
  async function act(
    what: NonNullable<Stage['act']>,
    alertId: string | undefined,
  ): Promise<readonly string[]> {
    const refused = await viewer.act(what, { alertId }).then(
      () => undefined,
      (error: Error) => error.message,
    );
    await operator.act(what, { alertId });
    return refused?.includes('needs the role operator')
      ? []
      : [`a viewer’s ${what} was answered: ${refused}`];
  }

  function lacking(ruleId: string, { pushed, told }: Stage): readonly string[] {
    const notices = noticesOf(ruleId);
    const changes = notices.map(({ change }) => change).join();
    if (changes !== pushed.join())
      return [`viewers were pushed ${changes || 'nothing'}, not ${pushed.join()}`];
    const [{ alertId, title } = { alertId: '', title: '' }] = notices;
    return Object.entries(told).flatMap(([name, wanted]) => {
      const found = toldOf(destinations, name, alertId, title);
      return found.join() === wanted.join()
        ? []
        : [`${name} told ${found.join(', ') || 'nothing'}; not: ${wanted.join(', ')}`];
    });
  }

  function noticesOf(ruleId: string): readonly Alert[] {
    return pushes.filter(({ rule }) => rule.id === ruleId).sort((a, b) => a.sequence - b.sequence);
  }

  function anEvent(ruleId: string, fields: Partial<AuditEvent>, i: number): AuditEvent {
    const id = `${ruleId}-${fields.action}-${fields.outcome ?? ''}-${Date.now()}-${i}`;
    const occurredAt = new Date().toISOString();
    return anAuditEvent({ ...fields, id, tenantId: TENANT, occurredAt, recordedAt: occurredAt });
  }

  function clientOf(role: string): AuditStreamClient {
    const client = new AuditStreamClient({
      url: stream.streamUrl,
      getToken: () => issuer.token(TENANT, [role]),
    });
    client.on('problem', () => undefined);
    return client;
  }
}
