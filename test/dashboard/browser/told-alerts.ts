/** Answers what a page asks about alerts as a test says, in place of the server: everything else goes to the real home. A life
 * that takes hours, or that rules cannot be made to lead, is seen so. */
import type { Page } from 'playwright-core';
import type { AlertRecord } from '../../../src/domain/alert/alert-record.ts';
import type { Silence } from '../../../src/domain/alert/silence.ts';

export interface ToldAlerts {
  /** Newest first. */
  records: readonly AlertRecord[];
  silences: readonly Silence[];
  /** Alerts of one answer. */
  pageSize: number;
  /** False: a deployment without rules. */
  hasRules: boolean;
  /** Names of the acts that were asked for, with their arguments. */
  readonly asked: { readonly what: string; readonly args: Record<string, unknown> }[];
  /** Before the page is opened. */
  install(page: Page): Promise<void>;
}

type Args = Record<string, unknown>;
/** An act of the home's own is undefined; a refusal is a value. */
type Answer = { readonly result: unknown } | { readonly refused: string };

const ME = { id: 'you@this-machine', name: 'You' };

export function toldAlerts(
  fields: Partial<Pick<ToldAlerts, 'records' | 'silences' | 'pageSize' | 'hasRules'>> = {},
): ToldAlerts {
  const told: ToldAlerts = {
    records: [],
    silences: [],
    pageSize: 100,
    hasRules: true,
    ...fields,
    asked: [],
    async install(page) {
      await page.routeWebSocket(/\/stream/, (socket) => {
        const server = socket.connectToServer();
        socket.onMessage((text) => {
          const message = JSON.parse(String(text)) as { type: string; id: string; what: string; args?: Args };
          const answer =
            message.type === 'act' ? answerTo(told, message.what, message.args ?? {}) : undefined;
          if (answer === undefined) return server.send(text);
          told.asked.push({ what: message.what, args: message.args ?? {} });
          socket.send(JSON.stringify(replyOf(message.id, answer)));
        });
      });
    },
  };
  return told;
}

function replyOf(id: string, answer: Answer) {
  if ('result' in answer) return { v: 1, type: 'done', id, result: answer.result };
  return {
    v: 1,
    type: 'error',
    id,
    code: 3507,
    name: 'not_found',
    message: answer.refused,
    temporary: false,
  };
}

function answerTo(told: ToldAlerts, what: string, args: Args): Answer | undefined {
  const find = () => told.records.find(({ alert }) => alert.alertId === args.alertId);
  const change = (fields: Partial<AlertRecord['alert']>, by = ME): Answer => {
    const record = find();
    if (!record) return { refused: 'there is no such alert' };
    const sequence = record.alert.sequence + 1;
    const occurredAt = new Date().toISOString();
    const alert = { ...record.alert, sequence, occurredAt, ...fields };
    const { change: did, count, channels = [] } = alert;
    const changed = {
      alert,
      steps: [...record.steps, { sequence, change: did, occurredAt, count, channels, by }],
    };
    told.records = told.records.map((one) => (one === record ? changed : one));
    return { result: changed };
  };
  switch (what) {
    case 'alerts': {
      if (!told.hasRules) return { refused: 'there are no alerts here: configure alertRules' };
      const all = told.records.filter(({ alert }) => args.state === 'all' || alert.status !== 'resolved');
      const from = Number(args.before ?? 0);
      const to = from + Math.min(told.pageSize, Number(args.limit));
      return { result: { alerts: all.slice(from, to), ...(to < all.length && { next: String(to) }) } };
    }
    case 'alert': {
      const record = find();
      return record ? { result: record } : { refused: 'there is no such alert' };
    }
    case 'acknowledge-alert':
      return change({ status: 'acknowledged', change: 'acknowledged', acknowledgedBy: ME });
    case 'resolve-alert':
      return change({ status: 'resolved', change: 'resolved', resolvedBy: { kind: 'person', ...ME } });
    case 'silences':
      return { result: { silences: told.silences } };
    case 'silence-alerts': {
      const nowMs = Date.now();
      const until =
        (args.until as string | undefined) ?? new Date(nowMs + Number(args.seconds) * 1_000).toISOString();
      const silence: Silence = {
        id: `silence-${nowMs}`,
        tenantId: 'acme',
        match: args.match,
        from: new Date(nowMs).toISOString(),
        until,
        author: ME,
        comment: String(args.comment),
      };
      told.silences = [silence, ...told.silences];
      return { result: silence };
    }
    case 'end-silence': {
      const now = new Date().toISOString();
      const ended = told.silences.map((one) =>
        one.id === args.id ? { ...one, until: now, endedBy: ME } : one,
      );
      told.silences = ended;
      return { result: ended.find(({ id }) => id === args.id) };
    }
    default:
      return undefined;
  }
}
