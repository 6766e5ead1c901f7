/** What people may ask for over the stream, each by role; anyone else is told which role it takes, and that is audited. */
import type { Accounts } from '../domain/accounts.ts';
import { encode, utf8Bytes } from '../domain/protocol/encode.ts';
import type { Act, ServerError } from '../domain/protocol/messages.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import { makeAlertActs } from './acts/alerts.ts';
import type { AlertOperations } from './acts/alerts-port.ts';
import type { Answer } from './acts/answer.ts';
import { makeSilenceActs } from './acts/silences.ts';
import { makeStandInActs, type StandInControl } from './acts/stand-ins.ts';
import type { Call } from './calls.ts';
import { makeDeadLetterActs } from './dead-letters/dead-letter-acts.ts';
import { mayKnow } from './dead-letters/may-know.ts';
import { makeListDeliveries } from './deliveries/list-deliveries.ts';
import type { Deliveries } from './deliveries/port.ts';
import type { Limits } from './limits.ts';
import type { Connection, DeadLetters, Principal, Role } from './ports.ts';
import { errorReply } from './receive.ts';
import { makeReplayArchive } from './replay-archive.ts';
import type { Replays } from './replays.ts';
import type { SystemEvents } from './system-events.ts';

/** What the home answers for its operators; a home's store is one. */
export interface Operations {
  /** Conservation figures per hop, as `doctor` prints them. */
  accounts(): Promise<Accounts>;
  readonly deadLetters: DeadLetters;
  readonly deliveries: Deliveries;
  /** Where there are rules. */
  readonly alerts?: AlertOperations;
  /** Of a home on one machine. */
  readonly replays?: Replays;
  /** Of a local run. */
  readonly standIns?: StandInControl;
}

export interface ActOptions {
  readonly operations: Operations;
  readonly systemEvents: SystemEvents;
  readonly limits: Limits;
  readonly now: () => number;
}

const OPERATOR: readonly Role[] = ['operator'];
const ANYBODY: readonly Role[] = ['viewer', 'operator', 'auditor'];
const ROLES_OF_ACTS: Readonly<Record<Act, readonly Role[]>> = {
  accounts: ['operator', 'auditor'],
  deliveries: OPERATOR,
  'dead-letters': OPERATOR,
  'dead-letter': OPERATOR,
  'replay-dead-letters': OPERATOR,
  'purge-dead-letters': OPERATOR,
  'replay-archive': OPERATOR,
  'stand-ins': OPERATOR,
  'set-stand-in': OPERATOR,
  alerts: ANYBODY,
  alert: ANYBODY,
  silences: ANYBODY,
  'acknowledge-alert': OPERATOR,
  'resolve-alert': OPERATOR,
  'silence-alerts': OPERATOR,
  'end-silence': OPERATOR,
};

export function makeAct(options: ActOptions): Call<'act'> {
  const { operations, systemEvents, limits } = options;
  const replayArchive = makeReplayArchive({ replays: operations.replays, systemEvents });
  const answers: Readonly<Record<Act, Answer>> = {
    accounts: async ({ principal }) => ({ result: accountsOf(principal, await operations.accounts()) }),
    deliveries: makeListDeliveries({ deliveries: operations.deliveries, limits }),
    'replay-archive': ({ principal }, args) => replayArchive(principal, args),
    ...makeStandInActs({ standIns: operations.standIns, systemEvents }),
    ...makeAlertActs({ alerts: operations.alerts, systemEvents }),
    ...makeSilenceActs({ alerts: operations.alerts, systemEvents, now: options.now }),
    ...makeDeadLetterActs({ ...options, deadLetters: operations.deadLetters }),
  };

  return async (connection, { id, what, args = {} }) => {
    const { principal } = connection;
    if (!ROLES_OF_ACTS[what].some((role) => principal.roles.includes(role)))
      return errorReply({ ...refuse(connection, what), id });
    const answer = await answers[what](connection, args);
    if ('fault' in answer) return errorReply({ ...answer.fault, id });
    const text = encode({ v: 1, type: 'done', id, result: answer.result });
    if (utf8Bytes(text) < limits.frameBytes) return { messages: [text] };
    const message = 'the answer does not fit into one frame: ask for less';
    return errorReply(serverError('too_large', message, { id, limit: limits.frameBytes }));
  };

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

/** The figures are the system's; which events they miss is told only to their tenant. */
function accountsOf(principal: Principal, accounts: Accounts): Accounts {
  const unaccounted = accounts.unaccounted.filter(({ tenantId }) => mayKnow(principal, tenantId));
  return { ...accounts, unaccounted: unaccounted.slice(0, MAX_UNACCOUNTED) };
}

const MAX_UNACCOUNTED = 100;
