/** The modes that end on the bus: each record is spooled first and sent at a moment of the mode's choice;
 * what the bus does not take goes to the journal. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import { codeOf } from '../name-of.ts';
import type { Send } from './bus.ts';
import type { Delivery, Tell } from './deliver.ts';
import type { Extension } from './extension.ts';
import { journalLine, recordIn, type Write } from './journal.ts';
import type { Spool } from './spool.ts';

/** What has been taken and not been sent. */
export interface Outbox {
  /** Spools it; to the journal where that fails. */
  add(record: AuditEvent): void;
  /** Journal lines of a process that is dead: as if they were added here. */
  adopt(lines: string): void;
  /** Lines for the log, with the next sending. */
  note(lines: string): void;
  /** Sends all; resolves when each is on the bus or in the journal. Never rejects. */
  flush(timeoutMs: number): Promise<void>;
  /** The process ends: what is not known to be on the bus goes to the journal, at once. */
  abandon(): void;
}

export function makeOutbox(parts: {
  readonly send: Send;
  readonly spool: Spool;
  readonly write: Write;
  readonly tell: Tell;
}): Outbox {
  const { send, spool, write, tell } = parts;
  let waiting: AuditEvent[] = [];
  const unsettled = new Set<AuditEvent>();
  let noted = '';
  return {
    add,
    adopt(lines) {
      for (const line of lines.trimEnd().split('\n')) add(recordIn(line));
    },
    note(lines) {
      noted += lines;
    },

    async flush(timeoutMs) {
      const records = waiting;
      waiting = [];
      const left = records.length === 0 || timeoutMs <= 0 ? records : await send(records, timeoutMs);
      const lines = left.map(journalLine).join('') + noted;
      noted = '';
      if (lines !== '') write(lines);
      for (const record of records) unsettled.delete(record);
      empty(records.length);
    },
    abandon() {
      const lines = [...unsettled].map(journalLine).join('') + noted;
      if (lines !== '') write(lines);
      empty(unsettled.size);
    },
  };

  /** Where the disk refuses, the next process finds records that are known by their ids. */
  function empty(count: number): void {
    if (count === 0) return;
    try {
      spool.done(count);
    } catch (error) {
      tell('spool', codeOf(error));
    }
  }

  function add(record: AuditEvent): void {
    const line = journalLine(record);
    try {
      spool.add(line);
      waiting.push(record);
      unsettled.add(record);
    } catch (error) {
      tell('spool', codeOf(error));
      write(line);
    }
  }
}

/** Sent before the response goes out. */
export function makeAwaited(outbox: Outbox): Delivery {
  return {
    begin() {},
    take: (record) => outbox.add(record),
    end(_requestId, lines) {
      outbox.note(lines);
      return outbox.flush(TIMEOUT_MS);
    },
  };
}

/** Sent after the response, while the extension holds the environment; straight to the journal where it does not. */
export function makeAfterResponse(outbox: Outbox, extension: Extension, write: Write): Delivery {
  return {
    begin: extension.begin,
    take(record, requestId) {
      if (extension.holds(requestId)) outbox.add(record);
      else write(journalLine(record));
    },
    end(requestId, lines) {
      if (extension.holds(requestId)) outbox.note(lines);
      else if (lines !== '') write(lines);
      extension.end(requestId);
    },
  };
}

/** Outside of Lambda nothing freezes: sent when the response is on its way. */
export function makeBackground(outbox: Outbox): Delivery {
  let isComing = false;
  return {
    begin() {},
    take: (record) => outbox.add(record),
    end(_requestId, lines) {
      outbox.note(lines);
      if (isComing) return;
      isComing = true;
      setImmediate(() => {
        isComing = false;
        void outbox.flush(TIMEOUT_MS);
      });
    },
  };
}

/** For all tries together, time-outs of single ones included. */
export const TIMEOUT_MS = 3_000;
