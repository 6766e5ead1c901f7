/** Puts journalled records on the bus: the way back for what the middleware could not send itself. Doing it twice does no
 * harm: an event's id is its identity everywhere. */
import { AUDIT_EVENT } from '../../domain/bus-event.ts';
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import { AuditEventError } from '../../domain/event/audit-event-error.ts';
import { parseAuditEvent } from '../../domain/event/parse-audit-event.ts';
import { busSourceOf } from '../../domain/service-name.ts';
import type { Log } from '../../stream/log.ts';
import type { Publish } from '../../stream/ports.ts';
import { mayBeTaken } from '../bus/publish.ts';
import { deadLetterAttributes } from '../queue/dead-letter-attributes.ts';
import type { Outgoing } from '../queue/queue-calls.ts';
import { type LogLines, type LogsEvent, readLines } from './read-lines.ts';
import { serviceOf } from './subscription-name.ts';

export interface CollectOptions {
  readonly publish: Publish;
  /** One answer a letter: undefined where it is stored, else why not. */
  readonly giveUp: (letters: readonly Outgoing[]) => Promise<readonly (string | undefined)[]>;
  readonly log: Log;
}

interface Line {
  readonly timestamp: number;
  readonly message: string;
}

/** Throws where another try may help, so that Lambda tries again with the whole; what can never be put goes to the
 * dead letters, alone and with its reason. */
export function makeCollect({ publish, giveUp, log }: CollectOptions): (event: LogsEvent) => Promise<void> {
  return async (event) => {
    const lines = readLines(event);
    if (lines === undefined) return;
    const service = serviceOf(lines.subscriptionFilters);
    const read = lines.logEvents.map((line) => ({ line, ...readRecord(line.message, service) }));
    const records = read.flatMap(({ line, record }) =>
      record && service ? [{ line, record, service }] : [],
    );
    const outcomes = await publish(
      records.map(({ record, service: by }) => ({
        source: busSourceOf(by),
        detailType: AUDIT_EVENT,
        detail: record,
      })),
    );
    const refused = records.flatMap(({ line }, i) => {
      const outcome = outcomes[i];
      return outcome?.kind === 'refused' ? [{ line, outcome }] : [];
    });
    const passing = refused.filter(({ outcome }) => mayBeTaken(outcome));
    const dead = [
      ...read.flatMap(({ line, fault }) => (fault ? [letterOf(lines, line, fault)] : [])),
      ...refused
        .filter(({ outcome }) => !mayBeTaken(outcome))
        .map(({ line, outcome }) =>
          letterOf(lines, line, { reason: 'refused_by_bus', detail: `${outcome.code}: ${outcome.message}` }),
        ),
    ];
    const lost = dead.length === 0 ? [] : (await giveUp(dead)).filter((problem) => problem !== undefined);
    log('info', 'journal collected', {
      logGroup: lines.logGroup,
      put: records.length - refused.length,
      givenUp: dead.length - lost.length,
      again: passing.length + lost.length,
    });
    if (passing.length + lost.length > 0)
      throw new Error(
        `${passing.length + lost.length} of ${lines.logEvents.length} lines have to come again`,
      );
  };
}

interface Fault {
  readonly reason: string;
  readonly detail?: string;
}

function readRecord(
  message: string,
  service: string | undefined,
): { readonly record?: AuditEvent; readonly fault?: Fault } {
  if (service === undefined) return { fault: { reason: 'unknown_subscription' } };
  let line: { readonly auditStreamJournal?: unknown; readonly event?: unknown } | null;
  try {
    line = JSON.parse(message);
  } catch {
    return { fault: { reason: 'not_json' } };
  }
  if (line?.auditStreamJournal !== 1) return { fault: { reason: 'not_of_the_journal' } };
  try {
    return { record: parseAuditEvent(line.event) };
  } catch (error) {
    if (!(error instanceof AuditEventError)) throw error;
    const [issue] = error.issues;
    return { fault: { reason: 'invalid_event', detail: `${issue?.path}: ${issue?.message}` } };
  }
}

function letterOf({ logGroup, logStream }: LogLines, { timestamp, message }: Line, fault: Fault): Outgoing {
  const where = deadLetterAttributes({ receiveCount: 1, acceptedAtMs: timestamp }, fault);
  return { body: message, attributes: { ...where, LogGroup: logGroup, LogStream: logStream } };
}
