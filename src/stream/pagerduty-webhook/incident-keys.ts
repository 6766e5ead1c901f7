/** Which alerts an incident of PagerDuty is made of, by the keys that they were opened with. A webhook does not say.
 * https://developer.pagerduty.com/api-reference/list-alerts-for-an-incident */
import { isObject } from '../../domain/protocol/fields.ts';
import type { Incident } from './read-webhook.ts';

/** Rejects when PagerDuty does not answer. */
export type IncidentKeys = (
  incident: Pick<Incident, 'id' | 'region'>,
  apiKey: string,
) => Promise<readonly unknown[]>;

export function makeIncidentKeys(options: { readonly fetch?: typeof fetch } = {}): IncidentKeys {
  const ask = options.fetch ?? fetch;

  return async ({ id, region }, apiKey) => {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const keys: unknown[] = [];
    for (let offset = 0; offset < MOST_ALERTS; offset += PAGE) {
      const response = await ask(`${API[region]}/incidents/${id}/alerts?limit=${PAGE}&offset=${offset}`, {
        headers: {
          accept: 'application/vnd.pagerduty+json;version=2',
          authorization: `Token token=${apiKey}`,
        },
        redirect: 'error',
        signal,
      });
      if (!response.ok) throw new Error(WHY[response.status] ?? `PagerDuty answers ${response.status}`);
      const page: unknown = await response.json();
      if (!isObject(page) || !Array.isArray(page.alerts))
        throw new Error('PagerDuty answers without a list of alerts');
      keys.push(...page.alerts.map((alert: unknown) => (isObject(alert) ? alert.alert_key : undefined)));
      if (page.more !== true) break;
    }
    return keys;
  };
}

const API = { us: 'https://api.pagerduty.com', eu: 'https://api.eu.pagerduty.com' } as const;
const WHY: Readonly<Record<number, string>> = {
  401: 'PagerDuty does not know the apiKey: make another one',
  403: 'the apiKey may not read incidents: make another one',
};
const PAGE = 100;
/** No incident has more. */
const MOST_ALERTS = 1_000;
/** PagerDuty waits for our answer meanwhile. */
const TIMEOUT_MS = 3_000;
