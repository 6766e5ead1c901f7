/** Counts what became of each invocation: where its record is, and how often. */
import type { Call } from '../../services/lambda/watching-proxy.ts';

export interface Tally {
  /** That were given to the function. */
  readonly requests: number;
  /** Whose answer or error Lambda has. */
  readonly answered: number;
  readonly onBus: number;
  readonly inJournal: number;
  /** Records that are in both places, or more than once in one. */
  readonly twice: number;
  /** Answered requests that lack a record. */
  readonly lost: number;
  /** The same of those that Lambda never had an answer to. */
  readonly unrecorded: number;
  /** Requests with more records than they made. */
  readonly doubled: number;
}

/** As much of a record as is counted. */
interface Kept {
  readonly id: string;
  readonly source: { readonly requestId?: string };
}

/** `perRequest`: how many records each makes. */
export function tallyOf(
  calls: readonly Call[],
  details: readonly string[],
  log: string,
  perRequest: number,
): Tally {
  const onBus = details.map((detail) => JSON.parse(detail) as Kept);
  const inJournal = journalled(log);
  const times = new Map<string, number>();
  const records = new Map<string, Set<string>>();
  for (const { id, source } of [...onBus, ...inJournal]) {
    times.set(id, (times.get(id) ?? 0) + 1);
    records.set(source.requestId ?? '', (records.get(source.requestId ?? '') ?? new Set()).add(id));
  }
  const idsOf = (isMeant: (call: Call) => boolean) => [
    ...new Set(calls.flatMap((call) => (isMeant(call) ? (call.requestId ?? []) : []))),
  ];
  const requests = idsOf(({ what }) => what === 'next');
  const answered = new Set(idsOf((call) => isAnswer(call) && call.status === 202));
  const lacking = requests.filter((requestId) => (records.get(requestId)?.size ?? 0) < perRequest);
  return {
    requests: requests.length,
    answered: answered.size,
    onBus: new Set(onBus.map(({ id }) => id)).size,
    inJournal: new Set(inJournal.map(({ id }) => id)).size,
    twice: [...times.values()].filter((count) => count > 1).length,
    lost: lacking.filter((requestId) => answered.has(requestId)).length,
    unrecorded: lacking.filter((requestId) => !answered.has(requestId)).length,
    doubled: [...records.values()].filter((ids) => ids.size > perRequest).length,
  };
}

/** A process that was killed may have left half a line. */
function journalled(log: string): readonly Kept[] {
  return log
    .split('\n')
    .filter((line) => line.startsWith('{"auditStreamJournal"') && line.endsWith('}}'))
    .map((line) => JSON.parse(line).event);
}

/** Of the invocation: its response, or the error that it ended with. */
export function isAnswer({ what }: Call): boolean {
  return what === 'response' || what === 'error';
}
