/** Alerts as their people see them: what is open, what was, how each came to be; and who takes one in hand. */
import type { PersonAct } from '../../detect/detector.ts';
import type { AlertRecord } from '../../domain/alert/alert-record.ts';
import { countFromOne, isObject, name, object, oneOf, optional } from '../../domain/protocol/fields.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import type { Connection } from '../ports.ts';
import type { SystemEvents } from '../system-events.ts';
import type { AlertOperations } from './alerts-port.ts';
import { type Answered, personOf, refused } from './answer.ts';
import { fitting } from './fitting.ts';
import { shownRecord } from './shown-record.ts';

export interface AlertActsOptions {
  readonly alerts: AlertOperations | undefined;
  readonly systemEvents: SystemEvents;
}

/** Of the asker's tenant alone. */
export function makeAlertActs({ alerts, systemEvents }: AlertActsOptions) {
  return {
    /** `{state?: 'open' | 'all', before?, limit?}`, newest first: `{alerts, next?}`. */
    async alerts({ principal }: Connection, args: unknown): Promise<Answered> {
      if (!alerts) return NONE_HERE;
      const { state = 'open', before, limit = PAGE } = isObject(args) ? args : {};
      const wrong =
        object(args, 'args') ??
        oneOf('open', 'all')(state, 'args.state') ??
        optional(name)(before, 'args.before') ??
        countFromOne(limit, 'args.limit');
      if (wrong) return refused(wrong);
      const most = Math.min(limit as number, PAGE);
      const from = before as string | undefined;
      if (state === 'all') {
        const page = { limit: most, ...(from !== undefined && { before: from }) };
        const { records, next } = await alerts.records.page(principal.tenantId, page);
        return { result: shownPage(records, next !== undefined) };
      }
      const open = await alerts.records.open(principal.tenantId, most + 1, from);
      return { result: shownPage(open.slice(0, most), open.length > most) };
    },

    /** `{alertId}`: its record. */
    async alert({ principal }: Connection, args: unknown): Promise<Answered> {
      if (!alerts) return NONE_HERE;
      const { alertId } = isObject(args) ? args : {};
      const wrong = object(args, 'args') ?? name(alertId, 'args.alertId');
      if (wrong) return refused(wrong);
      const found = await alerts.records.byId(principal.tenantId, alertId as string);
      return found ? { result: shownRecord(found.record) } : UNKNOWN;
    },

    'acknowledge-alert': (from: Connection, args: unknown) => act(from, args, 'acknowledge'),
    'resolve-alert': (from: Connection, args: unknown) => act(from, args, 'resolve'),
  };

  /** `{alertId}`: the record after it. What is so already is no fault, and on record once. */
  async function act(
    { principal, connectionId }: Connection,
    args: unknown,
    kind: PersonAct['kind'],
  ): Promise<Answered> {
    if (!alerts) return NONE_HERE;
    const { alertId } = isObject(args) ? args : {};
    const wrong = object(args, 'args') ?? name(alertId, 'args.alertId');
    if (wrong) return refused(wrong);
    const by = personOf(principal);
    const done = await alerts.act(principal.tenantId, alertId as string, { kind, by });
    if (done.kind === 'unknown') return UNKNOWN;
    const { alert } = done.record;
    if (done.kind === 'done')
      systemEvents.report({
        action: kind === 'acknowledge' ? 'alert.acknowledged' : 'alert.resolved',
        cause: principal.subject,
        principal,
        connectionId,
        metadata: { alertId: alert.alertId, ruleId: alert.rule.id },
      });
    return { result: shownRecord(done.record) };
  }
}

/** As many as a frame takes; the rest with the next call. */
function shownPage(records: readonly AlertRecord[], hasMore: boolean) {
  const alerts = fitting(records.map(shownRecord));
  const last = alerts.at(-1)?.alert.alertId;
  return { alerts, ...((hasMore || alerts.length < records.length) && { next: last }) };
}

const PAGE = 50;
export const NONE_HERE: Answered = {
  fault: serverError('not_found', 'there are no alerts here: configure alertRules (docs/rules.md)', {
    path: 'what',
  }),
};
const UNKNOWN: Answered = {
  fault: serverError('not_found', 'this tenant has no such alert', { path: 'args.alertId' }),
};
