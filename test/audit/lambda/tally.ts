/** Counts what became of each invocation: where its record is, and how often. */
import type { Call } from '../../services/lambda/watching-proxy.ts';

export interface Tally {
  /** That were given to the function. */
  readonly requests: number;
  /** Whose answer or error Lambda has. */
  readonly answered: number;
  readonly onBus: number;
  readonly inJournal: number;
  /** The same record in both places, or more than once in one. */
  readonly twice: number;
  /** Answered requests without a record. */
  readonly lost: number;
  /** The same of those that Lambda never had an answer to. */
  readonly unrecorded: number;
  /** Requests with two different records. */
  readonly doubled: number;
}

/** As much of a record as is counted. */
interface Kept {
  readonly id: string;
  readonly source: { readonly requestId?: string };
}

export function tallyOf(calls: readonly Call[], details: readonly string[], log: string): Tally {
  const onBus = details.map((detail) => JSON.parse(detail) as Kept);
  const inJournal = journalled(log);
  const records = new Map<string, string[]>();
  for (const { id, source } of [...onBus, ...inJournal])
    records.set(source.requestId ?? '', [...(records.get(source.requestId ?? '') ?? []), id]);
  const idsOf = (isMeant: (call: Call) => boolean) => [
    ...new Set(calls.flatMap((call) => (isMeant(call) ? (call.requestId ?? []) : []))),
  ];
  const requests = idsOf(({ what }) => what === 'next');
  const answered = new Set(idsOf((call) => isAnswer(call) && call.status === 202));
  const without = requests.filter((requestId) => !records.has(requestId));
  return {
    requests: requests.length,
    answered: answered.size,
    onBus: new Set(onBus.map(({ id }) => id)).size,
    inJournal: new Set(inJournal.map(({ id }) => id)).size,
    twice: [...records.values()].filter((ids) => ids.length > 1 && new Set(ids).size === 1).length,
    lost: without.filter((requestId) => answered.has(requestId)).length,
    unrecorded: without.filter((requestId) => !answered.has(requestId)).length,
    doubled: [...records.values()].filter((ids) => new Set(ids).size > 1).length,
  };
}

function journalled(log: string): readonly Kept[] {
  return log
    .split('\n')
    .flatMap((line) => (line.startsWith('{"auditStreamJournal"') ? [JSON.parse(line).event as Kept] : []));
}

/** Of the invocation: its response, or the error that it ended with. */
export function isAnswer({ what }: Call): boolean {
  return what === 'response' || what === 'error';
}
