/** Puts the delivery together that a service asked for; a process has one spool, one extension and one outbox a bus. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { codeOf, nameOf } from '../name-of.ts';
import type { Send } from './bus.ts';
import type { Delivery, Tell } from './deliver.ts';
import { type Extension, startExtension } from './extension.ts';
import { makeJournal, writeToStdout } from './journal.ts';
import { leftovers, openSpool } from './spool.ts';
import {
  makeAfterResponse,
  makeAwaited,
  makeBackground,
  makeOutbox,
  type Outbox,
  TIMEOUT_MS,
} from './to-bus.ts';

/** See docs/middleware.md, "Delivery". */
export const MODES = ['after-response', 'awaited', 'journal'] as const;
export type Mode = (typeof MODES)[number];

export function chooseDelivery(mode: Mode, bus: string | undefined, tell: Tell): Delivery {
  if (mode === 'journal' || bus === undefined) return makeJournal(writeToStdout);
  const outbox = outboxOf(bus, tell);
  if (mode === 'awaited') return makeAwaited(outbox);
  const runtimeApi = process.env.AWS_LAMBDA_RUNTIME_API;
  if (runtimeApi === undefined) return makeBackground(outbox);
  extension ??= startExtension({ runtimeApi, afterResponse: sendAll, tell });
  return makeAfterResponse(outbox, extension, writeToStdout);
}

let extension: Extension | undefined;
const outboxes = new Map<string, Outbox>();

function outboxOf(bus: string, tell: Tell): Outbox {
  const known = outboxes.get(bus);
  if (known) return known;
  const folder = spoolFolder(bus);
  const made = makeOutbox({
    send: lateSend(bus, tell),
    spool: openSpool(folder),
    write: writeToStdout,
    tell,
  });
  outboxes.set(bus, made);
  takeLeftovers(folder, made, tell);
  // Of an error that nobody caught, for instance: no other process may ever come to read the spool.
  process.once('exit', made.abandon);
  return made;
}

/** One for each bus, so that nobody sends to his what was meant for another. */
function spoolFolder(bus: string): string {
  const endpoint = process.env.AWS_ENDPOINT_URL_EVENTBRIDGE ?? process.env.AWS_ENDPOINT_URL ?? '';
  return join(tmpdir(), 'audit-stream', encodeURIComponent(`${bus} ${endpoint}`.trim()).slice(-200));
}

/** In Lambda to the journal, because nothing may be sent while the function is being loaded; elsewhere to the bus. */
function takeLeftovers(folder: string, outbox: Outbox, tell: Tell): void {
  try {
    if (process.env.AWS_LAMBDA_RUNTIME_API !== undefined) leftovers(folder, writeToStdout, () => true);
    else {
      leftovers(folder, outbox.adopt, isDead);
      void outbox.flush(TIMEOUT_MS);
    }
  } catch (error) {
    tell('spool', codeOf(error));
  }
}

/** The client is loaded when there is something to send: after the first response, not before it. */
function lateSend(bus: string, tell: Tell): Send {
  let send: Promise<Send> | undefined;
  return async (records, timeoutMs) => {
    try {
      send ??= import('./bus.ts').then(({ makeSend }) => makeSend(bus, tell));
      return await (await send)(records, timeoutMs);
    } catch (error) {
      tell('deliver', nameOf(error));
      return records;
    }
  };
}

/** A Lambda's environment runs one process of it at a time; here there may be others. */
function isDead(pid: number): boolean {
  if (pid === process.pid) return true;
  try {
    process.kill(pid, 0);
    return false;
  } catch (error) {
    return codeOf(error) === 'ESRCH';
  }
}

/** A send that cannot be finished before Lambda's deadline is not begun. */
async function sendAll(deadlineMs: number): Promise<void> {
  const timeoutMs = Math.min(TIMEOUT_MS, deadlineMs - Date.now() - RESERVE_MS);
  await Promise.all([...outboxes.values()].map((outbox) => outbox.flush(timeoutMs)));
}

/** For the journal, when the bus does not answer. */
const RESERVE_MS = 50;
