/** Alerts and silences as they come, page by page. */
import type { ShownRecord } from '../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../src/domain/alert/silence.ts';
import type { Ask } from '../ask.ts';

/** The newest; `isWhole`: there are no more. */
export async function firstAlerts(
  ask: Ask,
  withThoseOver: boolean,
): Promise<{ readonly records: readonly ShownRecord[]; readonly isWhole: boolean }> {
  const records: ShownRecord[] = [];
  let before: string | undefined;
  do {
    const page = (await ask('alerts', {
      state: withThoseOver ? 'all' : 'open',
      ...(before !== undefined && { before }),
    })) as { readonly alerts: readonly ShownRecord[]; readonly next?: string };
    records.push(...page.alerts);
    before = page.next;
  } while (before !== undefined && records.length < MOST);
  return { records, isWhole: before === undefined };
}

export async function allSilences(ask: Ask, withThoseOver: boolean): Promise<readonly Silence[]> {
  const silences: Silence[] = [];
  let before: string | undefined;
  do {
    const page = (await ask('silences', {
      all: withThoseOver,
      ...(before !== undefined && { before }),
    })) as { readonly silences: readonly Silence[]; readonly next?: string };
    silences.push(...page.silences);
    before = page.next;
  } while (before !== undefined);
  return silences;
}

/** Nobody reads more in a terminal. */
const MOST = 1_000;
