/** What the page asks the server about alerts and silences. */
import type { AuditStream } from '../../../src/client/client.ts';
import type { AlertRecord } from '../../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';
import type { Act } from '../../../src/domain/protocol/messages.ts';

export interface AlertsPage {
  readonly alerts: readonly AlertRecord[];
  readonly next?: string;
}

/** A silence as a person asks for it: for so long, or until then. */
export type SilenceWish = {
  readonly match: unknown;
  readonly comment: string;
} & ({ readonly seconds: number } | { readonly until: string });

export interface AlertAsks {
  alerts(args: {
    readonly state: 'open' | 'all';
    readonly before?: string;
    readonly limit: number;
  }): Promise<AlertsPage>;
  alert(alertId: string): Promise<AlertRecord>;
  acknowledge(alertId: string): Promise<AlertRecord>;
  resolve(alertId: string): Promise<AlertRecord>;
  silences(): Promise<readonly Silence[]>;
  silence(wish: SilenceWish): Promise<Silence>;
  endSilence(id: string): Promise<Silence>;
}

export function alertAsks({ act }: { readonly act: AuditStream['act'] }): AlertAsks {
  const ask = <T>(what: Act, args: object) => act(what, args) as Promise<T>;
  return {
    alerts: (args) => ask('alerts', args),
    alert: (alertId) => ask('alert', { alertId }),
    acknowledge: (alertId) => ask('acknowledge-alert', { alertId }),
    resolve: (alertId) => ask('resolve-alert', { alertId }),
    async silences() {
      const all: Silence[] = [];
      let before: string | undefined;
      do {
        const args = { all: true, ...(before !== undefined && { before }) };
        const page = await ask<{ silences: readonly Silence[]; next?: string }>('silences', args);
        all.push(...page.silences);
        before = page.next;
      } while (before !== undefined);
      return all;
    },
    silence: (wish) => ask('silence-alerts', wish),
    endSilence: (id) => ask('end-silence', { id }),
  };
}

/** Alerts of one answer: more hardly fit into a frame. */
export const PAGE_ALERTS = 20;
/** More open alerts than these nobody reads: the rest come with their next notice. */
const MOST_OPEN = 500;
const MOST_PAGES = 100;

/** All that are open; `isWhole`: none was left out. */
export async function allOpen(
  asks: Pick<AlertAsks, 'alerts'>,
): Promise<{ readonly records: readonly AlertRecord[]; readonly isWhole: boolean }> {
  const records: AlertRecord[] = [];
  let before: string | undefined;
  for (let n = 0; n < MOST_PAGES && records.length < MOST_OPEN; n++) {
    const page = await asks.alerts({
      state: 'open',
      limit: PAGE_ALERTS,
      ...(before !== undefined && { before }),
    });
    records.push(...page.alerts);
    before = page.next;
    if (before === undefined) return { records, isWhole: records.length < MOST_OPEN };
  }
  return { records, isWhole: false };
}

/** A server without rules has nothing to tell of alerts. */
export const hasNone = (error: unknown) => (error as Error).name === 'not_found';
