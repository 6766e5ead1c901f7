/** The last requests that came to a stand-in, for operators to read: bounded, and without what others may not see. */
import type { StandInFaultKind, StandInRequest } from '../../domain/stand-ins.ts';
import type { Reading } from './stand-in.ts';

/** Remembered of each stand-in, and of each request. */
const MOST_REQUESTS = 200;
const MOST_ITEMS = 50;
/** Told of each request. */
const MOST_IDS = 20;
const MOST_LINES = 5;
const MOST_PROBLEMS = 5;
const LINE_CHARS = 200;

type Entry = Pick<StandInRequest, 'seq' | 'atMs' | 'operation' | 'problems' | 'bytes' | 'count' | 'fault'> & {
  readonly items: Reading['items'];
  status?: number;
};

export interface Journal {
  /** Answers how to note what became of it. */
  add(
    reading: Reading,
    at: { readonly atMs: number; readonly bytes: number; readonly fault?: StandInFaultKind },
  ): (became: { readonly isTaken: boolean; readonly status?: number }) => void;
  /** After `after`, or all that is remembered; oldest first. `tenantId`: whose events may be seen; undefined is all. */
  since(after: number | undefined, tenantId: string | undefined): readonly StandInRequest[];
  readonly counts: {
    readonly requests: number;
    readonly taken: number;
    readonly invalid: number;
    readonly lastAtMs?: number;
  };
}

export function makeJournal(): Journal {
  const entries: Entry[] = [];
  let requests = 0;
  let taken = 0;
  let invalid = 0;
  let lastAtMs: number | undefined;

  return {
    add({ operation, problems, items }, at) {
      const entry: Entry = {
        seq: ++requests,
        ...at,
        operation: operation.slice(0, LINE_CHARS),
        problems: problems.slice(0, MOST_PROBLEMS),
        count: items.length,
        items: items.slice(0, MOST_ITEMS).map((item) => ({ ...item, line: lineOf(item.line) })),
      };
      if (problems.length > 0) invalid++;
      lastAtMs = at.atMs;
      entries.push(entry);
      if (entries.length > MOST_REQUESTS) entries.shift();
      return ({ isTaken, status }) => {
        if (isTaken) taken++;
        if (status !== undefined) entry.status = status;
      };
    },
    since: (after, tenantId) =>
      entries.filter(({ seq }) => after === undefined || seq > after).map((entry) => shown(entry, tenantId)),
    get counts() {
      return { requests, taken, invalid, ...(lastAtMs !== undefined && { lastAtMs }) };
    },
  };
}

function shown({ items, problems, ...entry }: Entry, tenantId: string | undefined): StandInRequest {
  const mine = tenantId === undefined ? items : items.filter((item) => item.tenantId === tenantId);
  return {
    ...entry,
    valid: problems.length === 0,
    problems,
    ids: mine.slice(0, MOST_IDS).map(({ id }) => id),
    preview: mine.slice(0, MOST_LINES).map(({ line }) => line),
  };
}

function lineOf(text: string): string {
  return text.slice(0, LINE_CHARS).toWellFormed().replaceAll(/\s+/g, ' ');
}
