/** Silences as people make, see and end them. */
import { MAX_SILENCE_MS, type Silence } from '../../domain/alert/silence.ts';
import { cleanText } from '../../domain/event/clean-text.ts';
import { newEventId } from '../../domain/event/new-event-id.ts';
import { FilterError, parseFilter } from '../../domain/filter/index.ts';
import { type Fault, flag, isObject, kindOf, name, object, optional } from '../../domain/protocol/fields.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import type { Connection, Principal } from '../ports.ts';
import type { SystemEvents } from '../system-events.ts';
import { NONE_HERE } from './alerts.ts';
import type { AlertOperations } from './alerts-port.ts';
import { type Answered, personOf, refused } from './answer.ts';
import { fitting } from './fitting.ts';

export interface SilenceActsOptions {
  readonly alerts: AlertOperations | undefined;
  readonly systemEvents: SystemEvents;
  readonly now: () => number;
}

/** Of the asker's tenant alone. */
export function makeSilenceActs({ alerts, systemEvents, now }: SilenceActsOptions) {
  return {
    /** `{all?, before?}`: `{silences, next?}`, newest first; without `all` those that are not over. */
    async silences({ principal }: Connection, args: unknown): Promise<Answered> {
      if (!alerts) return NONE_HERE;
      const { all, before } = isObject(args) ? args : {};
      const wrong =
        object(args, 'args') ?? optional(flag)(all, 'args.all') ?? optional(name)(before, 'args.before');
      if (wrong) return refused(wrong);
      const kept = await alerts.silences.list(principal.tenantId, all ? 0 : now());
      const older = before === undefined ? kept : kept.filter(({ id }) => id < (before as string));
      const silences = fitting(older);
      return { result: { silences, ...(silences.length < older.length && { next: silences.at(-1)?.id }) } };
    },

    /** `{match, seconds | until, comment, everything?}`: the silence. */
    async 'silence-alerts'({ principal, connectionId }: Connection, args: unknown): Promise<Answered> {
      if (!alerts) return NONE_HERE;
      const nowMs = now();
      const read = readSilence(args, nowMs);
      if ('path' in read) return refused(read);
      const silence: Silence = {
        ...read,
        // Both begin with the same moment: pages by id are pages by time.
        id: newEventId(nowMs),
        tenantId: principal.tenantId,
        from: new Date(nowMs).toISOString(),
        author: personOf(principal),
      };
      await alerts.silences.put(silence);
      report('silence.created', silence, principal, connectionId);
      return { result: silence };
    },

    /** `{id}`: the silence, which is over now. */
    async 'end-silence'({ principal, connectionId }: Connection, args: unknown): Promise<Answered> {
      if (!alerts) return NONE_HERE;
      const { id } = isObject(args) ? args : {};
      const wrong = object(args, 'args') ?? name(id, 'args.id');
      if (wrong) return refused(wrong);
      const silence = (await alerts.silences.list(principal.tenantId, now())).find((one) => one.id === id);
      if (!silence) return UNKNOWN;
      const ended = { ...silence, until: new Date(now()).toISOString(), endedBy: personOf(principal) };
      await alerts.silences.put(ended);
      report('silence.ended', ended, principal, connectionId);
      return { result: ended };
    },
  };

  function report(
    action: 'silence.created' | 'silence.ended',
    { id, until, comment }: Silence,
    principal: Principal,
    connectionId: string,
  ): void {
    const metadata = { silenceId: id, until, comment };
    systemEvents.report({ action, cause: principal.subject, principal, connectionId, metadata });
  }
}

function readSilence(args: unknown, nowMs: number): Pick<Silence, 'match' | 'until' | 'comment'> | Fault {
  if (!isObject(args)) return object(args, 'args') as Fault;
  const { match, everything, comment } = args;
  try {
    parseFilter(match);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    // Its root is `$`.
    return { path: `args.match${error.path.replace(/^\$/, '')}`, message: error.message };
  }
  if (Object.keys(match as object).length === 0 && everything !== true)
    return {
      path: 'args.match',
      message: 'takes every alert: say "everything": true as well, or name a field',
    };
  const untilMs = untilOf(args, nowMs);
  if (typeof untilMs !== 'number') return untilMs;
  const said = typeof comment === 'string' ? cleanText(comment).trim() : '';
  if (said === '' || said.length > MAX_COMMENT)
    return {
      path: 'args.comment',
      message: `must be a text of 1 to ${MAX_COMMENT} characters that says why, got ${kindOf(comment)}`,
    };
  return { match, until: new Date(untilMs).toISOString(), comment: said };
}

function untilOf({ seconds, until }: Readonly<Record<string, unknown>>, nowMs: number): number | Fault {
  if ((seconds === undefined) === (until === undefined))
    return { path: 'args.seconds', message: 'must be there, or args.until, and not both' };
  const path = seconds === undefined ? 'args.until' : 'args.seconds';
  const ms =
    typeof seconds === 'number'
      ? nowMs + seconds * 1_000
      : typeof until === 'string' && TIME.test(until)
        ? Date.parse(until)
        : Number.NaN;
  if (ms > nowMs && ms <= nowMs + MAX_SILENCE_MS) return Math.round(ms);
  const wanted = seconds === undefined ? 'a time such as 2026-11-01T12:00:00Z' : 'a number of seconds';
  return { path, message: `must be ${wanted}, later than now and at most 90 days` };
}

const TIME = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/;
const MAX_COMMENT = 500;
const UNKNOWN: Answered = {
  fault: serverError('not_found', 'this tenant has no such silence, or it is over', { path: 'args.id' }),
};
