/** What PagerDuty is told by a notice: trigger, acknowledge, resolve, each with the alert's own `dedup_key`.
 * https://developer.pagerduty.com/docs/send-alert-event */
import type { Alert } from '../../domain/alert/alert.ts';
import { dedupKeyOf } from '../../domain/alert/dedup-key.ts';
import type { Severity } from '../../domain/event/audit-event.ts';
import { present } from '../../domain/mappers/present.ts';
import { line } from './cut.ts';
import { MAX_BODY_BYTES, MAX_SUMMARY } from './events-api.ts';

interface Seen {
  readonly client?: string | undefined;
  readonly dashboardUrl?: string | undefined;
}

/** In the order in which they are sent. An acknowledgement of what PagerDuty has not got would be dropped with 202, and so
 * it opens the incident first. */
export function bodiesOf(alert: Alert, key: string, seen: Seen, isOpen: boolean): readonly string[] {
  const to = (action: string) => ({ routing_key: key, event_action: action, dedup_key: dedupKeyOf(alert) });
  const trigger = () => fitted({ ...to('trigger'), ...triggerOf(alert, seen) }, alert);
  const end = (action: string) => JSON.stringify(to(action));
  if (alert.status === 'resolved') return [end('resolve')];
  if (alert.status === 'firing') return [trigger()];
  return alert.change === 'acknowledged' && isOpen ? [end('acknowledge')] : [trigger(), end('acknowledge')];
}

const SEVERITY: Readonly<Record<Severity, 'critical' | 'error' | 'warning' | 'info'>> = {
  critical: 'critical',
  high: 'error',
  medium: 'warning',
  low: 'info',
  info: 'info',
};

function triggerOf(alert: Alert, { client, dashboardUrl }: Seen) {
  const { rule, tenantId, title, severity, occurredAt, group = {} } = alert;
  const common = Object.entries(group).map(([path, value]) => `${path}=${value}`);
  const isShown = ({ url }: { readonly url: string }) => /^https:/i.test(url);
  const images = alert.images ?? [];
  const links = [
    ...(rule.runbookUrl === undefined ? [] : [{ url: rule.runbookUrl, text: 'Runbook' }]),
    ...(alert.links ?? []),
    // PagerDuty shows images by HTTPS only: https://developer.pagerduty.com/docs/send-alert-event#the-images-property
    ...images.filter((image) => !isShown(image)).map(({ url, alt }) => ({ url, text: alt })),
  ];
  return {
    payload: {
      summary: line(title, MAX_SUMMARY, rule.id),
      severity: SEVERITY[severity],
      source: tenantId,
      timestamp: occurredAt,
      class: line(rule.id, MAX_FIELD, rule.kind),
      ...present({
        component: common.length > 0 ? line(common.join(', '), MAX_FIELD, tenantId) : undefined,
        group: rule.owner && line(rule.owner, MAX_FIELD, tenantId),
      }),
      custom_details: detailsOf(alert),
    },
    client: client ?? 'Audit Stream',
    ...present({ client_url: dashboardUrl }),
    links: links.map(({ url, text }) => ({ href: new URL(url).href, text: line(text, MAX_FIELD, url) })),
    images: images
      .filter(isShown)
      .map(({ url, alt }) => ({ src: new URL(url).href, alt: line(alt, MAX_FIELD, url) })),
  };
}

function detailsOf({ samples, group, message, labels, acknowledgedBy, ...alert }: Alert) {
  return {
    ...idsOf(alert),
    change: alert.change,
    rule: alert.rule,
    ...present<unknown>({ message, group, labels, acknowledgedBy }),
    ...(samples && { samples }),
  };
}

function idsOf({ tenantId, alertId, id, sequence, count, firstAt, lastAt }: Omit<Alert, 'samples'>) {
  return { tenantId, alertId, noticeId: id, sequence, count, firstAt, lastAt };
}

/** Its details are left out where they make it too large; what remains always fits. */
function fitted<Body extends { readonly payload: object }>(body: Body, alert: Alert): string {
  const whole = JSON.stringify(body);
  if (Buffer.byteLength(whole) <= MAX_BODY_BYTES) return whole;
  const details = {
    ...idsOf(alert),
    cut: 'The details are too large for PagerDuty: find the alert by its id.',
  };
  return JSON.stringify({ ...body, payload: { ...body.payload, custom_details: details } });
}

const MAX_FIELD = 255;
