/** What an operator or auditor may ask for over the stream; anyone else is told which role it takes, and that is audited. */
import type { Accounts } from '../domain/accounts.ts';
import { SYSTEM_TENANT } from '../domain/bus-event.ts';
import { encode, utf8Bytes } from '../domain/protocol/encode.ts';
import { isObject, kindOf } from '../domain/protocol/fields.ts';
import type { Act, ServerError } from '../domain/protocol/messages.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import { makeStandInActs, type StandInControl } from './acts/stand-ins.ts';
import type { Call } from './calls.ts';
import type { Limits } from './limits.ts';
import type { Connection, DeadLetter, Principal, Role } from './ports.ts';
import { errorReply } from './receive.ts';
import { makeReplayArchive } from './replay-archive.ts';
import type { Replays } from './replays.ts';
import type { SystemEvents } from './system-events.ts';

/** What the home answers for its operators; a home's store is one. */
export interface Operations {
  /** Conservation figures per hop, as `doctor` prints them. */
  accounts(): Promise<Accounts>;
  readonly deadLetters: {
    /** Given-up messages of a queue, oldest first, in pages. */
    list(
      queue: string,
      options: { readonly limit: number; readonly next?: string },
    ): DeadLetterPage | Promise<DeadLetterPage>;
  };
  /** Of a home on one machine. */
  readonly replays?: Replays;
  /** Of a local run. */
  readonly standIns?: StandInControl;
}

interface DeadLetterPage {
  readonly letters: readonly DeadLetter[];
  readonly next?: string;
}

export interface ActOptions {
  readonly operations: Operations;
  readonly systemEvents: SystemEvents;
  readonly limits: Limits;
}

const ROLES_OF_ACTS: Readonly<Record<Act, readonly Role[]>> = {
  accounts: ['operator', 'auditor'],
  'dead-letters': ['operator', 'auditor'],
  'replay-archive': ['operator'],
  'stand-ins': ['operator'],
  'set-stand-in': ['operator'],
};

export function makeAct({ operations, systemEvents, limits }: ActOptions): Call<'act'> {
  const replayArchive = makeReplayArchive({ replays: operations.replays, systemEvents });
  const standIns = makeStandInActs({ standIns: operations.standIns, systemEvents });
  return async (connection, { id, what, args = {} }) => {
    const { principal } = connection;
    if (!ROLES_OF_ACTS[what].some((role) => principal.roles.includes(role)))
      return errorReply({ ...refuse(connection, what), id });
    if (what === 'replay-archive') {
      const answer = replayArchive(principal, args);
      return 'fault' in answer ? errorReply({ ...answer.fault, id }) : done(id, answer.result);
    }
    if (what === 'stand-ins' || what === 'set-stand-in') {
      const answer = standIns[what](connection, args);
      return 'fault' in answer ? errorReply({ ...answer.fault, id }) : done(id, answer.result);
    }
    const fault = argsFault(args);
    if (fault) return errorReply({ ...fault, id });
    const result =
      what === 'accounts'
        ? accountsOf(principal, await operations.accounts())
        : await deadLettersOf(principal, operations, args as DeadLetterArgs);
    return done(id, result);
  };

  function done(id: string, result: unknown) {
    const text = encode({ v: 1, type: 'done', id, result });
    if (utf8Bytes(text) < limits.frameBytes) return { messages: [text] };
    const message = 'the answer does not fit into one frame: ask for less';
    return errorReply(serverError('too_large', message, { id, limit: limits.frameBytes }));
  }

  function refuse({ connectionId, principal }: Connection, what: Act): ServerError {
    const roles = ROLES_OF_ACTS[what].join(' or ');
    systemEvents.report({
      action: 'stream.act_refused',
      cause: principal.subject,
      principal,
      connectionId,
      reason: { code: 'role', message: `${what} needs the role ${roles}` },
      metadata: { what },
    });
    const message = `${what} needs the role ${roles}, the token gives ${principal.roles.join(', ')}`;
    return serverError('forbidden', message, { path: 'what' });
  }
}

interface DeadLetterArgs {
  readonly queue?: string;
  readonly next?: string;
}

function argsFault(args: unknown): ServerError | undefined {
  if (!isObject(args))
    return serverError('invalid_message', `must be an object, got ${kindOf(args)}`, { path: 'args' });
  for (const name of ['queue', 'next'])
    if (args[name] !== undefined && typeof args[name] !== 'string')
      return serverError('invalid_message', `must be a string, got ${kindOf(args[name])}`, {
        path: `args.${name}`,
      });
  return undefined;
}

/** The figures are the system's; which events they miss is told only to their tenant. */
function accountsOf(principal: Principal, accounts: Accounts): Accounts {
  const unaccounted = accounts.unaccounted.filter(({ tenantId }) => mayKnow(principal, tenantId));
  return { ...accounts, unaccounted: unaccounted.slice(0, MAX_UNACCOUNTED) };
}

async function deadLettersOf(principal: Principal, operations: Operations, args: DeadLetterArgs) {
  const { queue = 'record', next } = args;
  const page = await operations.deadLetters.list(queue, {
    limit: PAGE,
    ...(next !== undefined ? { next } : {}),
  });
  const visible = page.letters.filter(({ event }) => mayKnow(principal, tenantOf(event.detail)));
  return {
    deadLetters: visible.map(summary),
    ...(page.next !== undefined ? { next: page.next } : {}),
  };
}

/** An operator sees its own tenant's; those of the reserved tenant see all, also what names no tenant. */
function mayKnow(principal: Principal, tenantId: unknown): boolean {
  return principal.tenantId === SYSTEM_TENANT || tenantId === principal.tenantId;
}

const PAGE = 20;
const MAX_UNACCOUNTED = 100;
const CHARS = 256;

/** Never the event itself: it may be large, and it was refused. */
function summary({ event, ...letter }: DeadLetter) {
  const detail = isObject(event.detail) ? event.detail : {};
  return {
    ...letter,
    reason: letter.reason.slice(0, CHARS),
    ...(letter.detail !== undefined ? { detail: letter.detail.slice(0, CHARS) } : {}),
    source: event.source.slice(0, CHARS),
    ...(typeof detail.id === 'string' ? { eventId: detail.id.slice(0, CHARS) } : {}),
    ...(typeof detail.action === 'string' ? { action: detail.action.slice(0, CHARS) } : {}),
    ...(typeof detail.tenantId === 'string' ? { tenantId: detail.tenantId.slice(0, CHARS) } : {}),
  };
}

function tenantOf(detail: unknown): unknown {
  return isObject(detail) ? detail.tenantId : undefined;
}
