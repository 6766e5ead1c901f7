/** Where a message leads to. Links and not buttons: a button, even one that only opens an address, asks the app for an
 * answer, and people see a warning where the app has none. https://github.com/slackapi/slack-github-action/issues/513 */
import type { Alert } from '../../domain/alert/alert.ts';

export interface Link {
  readonly url: string;
  readonly text: string;
}

/** The most useful first. */
export function linksOf(alert: Alert, dashboardUrl: string | undefined): readonly Link[] {
  const { runbookUrl } = alert.rule;
  return [
    ...(runbookUrl ? [{ url: runbookUrl, text: 'Runbook' }] : []),
    ...(dashboardUrl ? [{ url: eventsUrl(alert, dashboardUrl), text: 'Show the events' }] : []),
    ...(alert.links ?? []),
  ];
}

/** The page, showing only what has the alert's group in common. It reads the same words: dashboard/src/filter/filter-url.ts. */
function eventsUrl({ tenantId, group = {} }: Alert, dashboardUrl: string): string {
  const url = new URL(dashboardUrl);
  url.searchParams.set('tenant', tenantId);
  for (const [path, value] of Object.entries(group)) {
    const before = url.href;
    url.searchParams.append('only', `${path}:${JSON.stringify(value)}`);
    if (url.href.length > MAX_EVENTS_URL) return before;
  }
  return url.href;
}

/** As an address within `<` and `>`, where `|` would end it. */
export function addressOf(url: string): string {
  return new URL(url).href.replace(/[<>|]/g, encodeURIComponent).replaceAll('&', '&amp;');
}

const MAX_EVENTS_URL = 1_500;
