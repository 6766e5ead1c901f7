/** What a webhook of PagerDuty (V3) says that we act on: a person acknowledged or resolved an incident.
 * https://developer.pagerduty.com/docs/webhooks-overview#webhook-payload */
import { cleanLine, cutText } from '../../domain/event/clean-text.ts';
import { isObject } from '../../domain/protocol/fields.ts';

export interface Incident {
  readonly id: string;
  /** Often null, although the incident was opened with a key: then the key is its alerts' alone. */
  readonly key: unknown;
  readonly region: 'us' | 'eu';
}

export type Heard =
  | {
      readonly kind: 'acknowledge' | 'resolve';
      readonly by: { readonly id: string; readonly name?: string };
      readonly incident: Incident;
    }
  | { readonly kind: 'ignored'; readonly why: 'unreadable' | 'event_type' | 'merged' | 'not_a_person' };

const ACTS: Readonly<Record<string, 'acknowledge' | 'resolve'>> = {
  'incident.acknowledged': 'acknowledge',
  'incident.resolved': 'resolve',
};

/** Never throws: an event of another kind is none of our business, and PagerDuty may add kinds. */
export function readWebhook(body: Uint8Array): Heard {
  const { event } = parsed(body);
  if (!isObject(event)) return ignored('unreadable');
  const { event_type: type } = event;
  const kind = typeof type === 'string' && Object.hasOwn(ACTS, type) ? ACTS[type] : undefined;
  if (kind === undefined) return ignored('event_type');
  const incident = incidentOf(event.data);
  if (!incident) return ignored('unreadable');
  // It goes on as another incident, and its alerts with it; the agent is the person who merged the two.
  if (isObject(event.data) && isMerge(event.data.resolve_reason)) return ignored('merged');
  const by = personOf(event.agent);
  return by ? { kind, by, incident } : ignored('not_a_person');
}

function parsed(body: Uint8Array): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(
      Buffer.from(body.buffer, body.byteOffset, body.byteLength).toString('utf8'),
    );
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function incidentOf(data: unknown): Incident | undefined {
  if (!isObject(data) || typeof data.id !== 'string' || !ID.test(data.id)) return undefined;
  const isEu = typeof data.self === 'string' && data.self.startsWith('https://api.eu.pagerduty.com/');
  return { id: data.id, key: data.incident_key, region: isEu ? 'eu' : 'us' };
}

function isMerge(reason: unknown): boolean {
  return isObject(reason) && reason.type === 'merge_resolve_reason';
}

/** An integration is we ourselves, by the Events API; nobody at all is a timer of PagerDuty's. */
function personOf(agent: unknown): { id: string; name?: string } | undefined {
  if (!isObject(agent) || agent.type !== 'user_reference') return undefined;
  if (typeof agent.id !== 'string' || !ID.test(agent.id)) return undefined;
  const name = typeof agent.summary === 'string' ? cutText(cleanLine(agent.summary).trim(), 256) : '';
  return { id: `pagerduty:${agent.id}`, ...(name !== '' && { name }) };
}

function ignored(why: Extract<Heard, { kind: 'ignored' }>['why']): Heard {
  return { kind: 'ignored', why };
}

const ID = /^[A-Za-z0-9]{1,64}$/;
