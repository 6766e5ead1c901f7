/** PagerDuty as its contract and its documents have it: what does not fit the schemas is refused, and an event that finds
 * nothing open is dropped with 202. */
import type { Reply, Taken } from './a-vendor.ts';
import { contractFaults } from './contract-faults.ts';

const PATHS: readonly string[] = ['/v2/enqueue', '/v2/change/enqueue'];
/** https://developer.pagerduty.com/docs/events-api-v2-overview#size-limits */
const MAX_BYTES = 512 * 1024;

export interface Incident {
  readonly routingKey: string;
  readonly dedupKey: string;
  state: 'triggered' | 'acknowledged' | 'resolved';
  events: number;
}

export interface PagerDutyEvent {
  readonly routing_key: string;
  readonly event_action: 'trigger' | 'acknowledge' | 'resolve';
  readonly dedup_key: string;
  readonly payload?: Readonly<Record<string, unknown>> & {
    readonly custom_details?: Record<string, unknown>;
  };
  readonly links?: readonly { readonly href: string; readonly text: string }[];
  readonly images?: readonly { readonly src: string; readonly alt: string }[];
  readonly client?: string;
  readonly client_url?: string;
}

export const KEY = 'e93facc04764012d7bfb002500d5d1a6';

export function aPagerDuty({ keys = [KEY] }: { readonly keys?: readonly string[] } = {}) {
  const incidents: Incident[] = [];
  const events: PagerDutyEvent[] = [];
  /** What the schemas would not have. */
  const faults: string[] = [];

  return { incidents, events, faults, answer };

  function answer({
    method,
    path,
    headers,
    body,
  }: Pick<Taken, 'method' | 'path' | 'headers' | 'body'>): Reply {
    if (method !== 'POST' || !PATHS.includes(path)) return { status: 404 };
    if (headers['content-type'] !== 'application/json') return refused('content type');
    if (Buffer.byteLength(body) > MAX_BYTES) return refused(`${Buffer.byteLength(body)} bytes`);
    const event = JSON.parse(body) as PagerDutyEvent;
    const [fault] = contractFaults({ path, body });
    if (fault !== undefined) return refused(fault);
    if (!keys.includes(event.routing_key)) return complain(['Invalid routing key']);
    events.push(event);
    if (path === '/v2/enqueue') take(event);
    return {
      status: 202,
      body: JSON.stringify({ status: 'success', message: 'Event processed', dedup_key: event.dedup_key }),
    };
  }

  function take({ routing_key: routingKey, dedup_key: dedupKey, event_action }: PagerDutyEvent): void {
    const open = incidents.find(
      (one) => one.routingKey === routingKey && one.dedupKey === dedupKey && one.state !== 'resolved',
    );
    if (event_action === 'trigger') {
      if (open) open.events++;
      else incidents.push({ routingKey, dedupKey, state: 'triggered', events: 1 });
    } else if (open) open.state = event_action === 'acknowledge' ? 'acknowledged' : 'resolved';
  }

  function refused(fault: string): Reply {
    faults.push(fault);
    return complain(["'payload.summary' is missing or blank"]);
  }

  function complain(errors: readonly string[]): Reply {
    return {
      status: 400,
      body: JSON.stringify({ status: 'invalid event', message: 'Event object is invalid', errors }),
    };
  }
}
