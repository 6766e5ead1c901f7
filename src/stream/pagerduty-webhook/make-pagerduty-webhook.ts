/** The way back from PagerDuty: what a person acknowledges or resolves there is acknowledged or resolved here, on record.
 * The same event again changes nothing, so that PagerDuty may send it as often as it likes. */
import type { Detector, PersonActResult } from '../../detect/detector.ts';
import { type AlertName, alertOfDedupKey, dedupKeyOf } from '../../domain/alert/dedup-key.ts';
import { causeOf, type Log } from '../log.ts';
import type { SystemEvents } from '../system-events.ts';
import type { CredentialsSource, PagerDutyCredentials } from './credentials.ts';
import type { IncidentKeys } from './incident-keys.ts';
import { isSigned } from './is-signed.ts';
import { type Heard, type Incident, readWebhook } from './read-webhook.ts';

/** An incident's description is a few kilobytes. */
export const MAX_WEBHOOK_BYTES = 256 * 1024;

export interface WebhookRequest {
  /** Names in any case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As it came: the signature is over these bytes. */
  readonly body: Uint8Array;
  readonly sourceIp?: string | undefined;
}

/** 200: heard, also where there is nothing to do. 401, 413: refused, and the same again will be. 503: send it again. */
export interface WebhookAnswer {
  readonly status: 200 | 401 | 413 | 503;
  readonly body: Readonly<Record<string, string | number>>;
}

export type PagerDutyWebhook = (request: WebhookRequest) => Promise<WebhookAnswer>;

export interface PagerDutyWebhookOptions {
  readonly credentials: CredentialsSource;
  readonly incidentKeys: IncidentKeys;
  readonly act: Detector['act'];
  readonly systemEvents: Pick<SystemEvents, 'report'>;
  readonly log: Log;
}

/** Never throws, and does nothing for bytes that are not signed. */
export function makePagerDutyWebhook(options: PagerDutyWebhookOptions): PagerDutyWebhook {
  const { credentials, incidentKeys, act, systemEvents, log } = options;
  /** Since this process began. */
  let unknown = 0;

  return async (request) => {
    try {
      if (request.body.byteLength > MAX_WEBHOOK_BYTES)
        return { status: 413, body: { message: `the body may have ${MAX_WEBHOOK_BYTES} bytes` } };
      const known = await signer(request);
      return known ? await hear(readWebhook(request.body), known) : refused(request);
    } catch (error) {
      log('error', 'PagerDuty’s webhook cannot be followed now', { cause: causeOf(error) });
      return { status: 503, body: { message: 'this cannot be done now: send it again' } };
    }
  };

  /** The credentials by which it is signed. */
  async function signer({ headers, body }: WebhookRequest): Promise<PagerDutyCredentials | undefined> {
    const signature = headerOf(headers, 'x-pagerduty-signature');
    const known = await credentials.get();
    if (isSigned(body, signature, known.secrets)) return known;
    if (signature === '' || !credentials.refuse?.()) return undefined;
    const anew = await credentials.get();
    return isSigned(body, signature, anew.secrets) ? anew : undefined;
  }

  function refused({ headers, sourceIp }: WebhookRequest): WebhookAnswer {
    const code = headerOf(headers, 'x-pagerduty-signature') === '' ? 'no_signature' : 'wrong_signature';
    systemEvents.report({
      action: 'webhook.refused',
      cause: 'strangers',
      reason: { code },
      metadata: { through: THROUGH },
      ...(sourceIp !== undefined && { sourceIp }),
    });
    return { status: 401, body: { message: 'the signature is not PagerDuty’s' } };
  }

  async function hear(heard: Heard, { apiKey }: PagerDutyCredentials): Promise<WebhookAnswer> {
    if (heard.kind === 'ignored') {
      if (heard.why === 'unreadable') log('warn', 'PagerDuty sent what cannot be read');
      return { status: 200, body: { ignored: heard.why } };
    }
    const { incident } = heard;
    const alerts = alertsOf([incident.key, ...(apiKey ? await incidentKeys(incident, apiKey) : [])]);
    if (alerts.length === 0) return unknownOnes(1, incident, apiKey !== undefined);
    const results = await inTurns(alerts, (alert) => carryOut(heard, alert));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
    const count = (kind: PersonActResult['kind']) =>
      results.filter((result) => result.status === 'fulfilled' && result.value === kind).length;
    if (count('unknown') > 0) unknownOnes(count('unknown'), incident, true);
    return {
      status: 200,
      body: { done: count('done'), already: count('already'), unknown: count('unknown') },
    };
  }

  async function carryOut(
    { kind, by, incident }: Exclude<Heard, { kind: 'ignored' }>,
    { tenantId, alertId }: AlertName,
  ): Promise<PersonActResult['kind']> {
    const result = await act(tenantId, alertId, { kind, by });
    if (result.kind === 'done')
      systemEvents.report({
        action: kind === 'acknowledge' ? 'alert.acknowledged' : 'alert.resolved',
        cause: by.id,
        principal: { subject: by.id, tenantId, ...(by.name !== undefined && { name: by.name }) },
        metadata: { alertId, ruleId: result.record.alert.rule.id, through: THROUGH, incident: incident.id },
      });
    return result.kind;
  }

  /** PagerDuty has incidents of others too. It must not send them again, nor stop sending. */
  function unknownOnes(found: number, { id }: Incident, isKeyKnown: boolean): WebhookAnswer {
    unknown += found;
    log('warn', 'PagerDuty speaks of an alert that is not known here', {
      incident: id,
      unknownSoFar: unknown,
      ...(!isKeyKnown && { remedy: 'set apiKey: PagerDuty names the alerts of an incident only when asked' }),
    });
    return { status: 200, body: { done: 0, already: 0, unknown: found } };
  }
}

/** A group of alerts can be one incident there, and the same alert can be named twice. */
function alertsOf(keys: readonly unknown[]): readonly AlertName[] {
  const alerts = keys.flatMap((key) => alertOfDedupKey(key) ?? []);
  return [...new Map(alerts.map((alert) => [dedupKeyOf(alert), alert])).values()];
}

async function inTurns<T, R>(items: readonly T[], work: (item: T) => Promise<R>) {
  const results: PromiseSettledResult<R>[] = [];
  for (let i = 0; i < items.length; i += AT_ONCE)
    results.push(...(await Promise.allSettled(items.slice(i, i + AT_ONCE).map(work))));
  return results;
}

function headerOf(headers: WebhookRequest['headers'], wanted: string): string {
  const found = Object.entries(headers).filter(([name]) => name.toLowerCase() === wanted);
  return found
    .flatMap(([, value]) => value ?? [])
    .join(',')
    .trim();
}

const THROUGH = 'pagerduty';
const AT_ONCE = 10;
