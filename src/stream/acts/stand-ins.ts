/** What operators may see and set of a home's stand-ins: their state, their last requests, a fault. */
import { SYSTEM_TENANT } from '../../domain/bus-event.ts';
import { utf8Bytes } from '../../domain/protocol/encode.ts';
import { count, isObject, object, text } from '../../domain/protocol/fields.ts';
import type { ServerError } from '../../domain/protocol/messages.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import {
  readStandInFault,
  type StandInFault,
  type StandInRequest,
  type StandInState,
  type StandIns,
} from '../../domain/stand-ins.ts';
import type { Connection } from '../ports.ts';
import type { SystemEvents } from '../system-events.ts';
import { refused } from './answer.ts';

/** The home's stand-ins; a home that is set up by a configuration, or in AWS, has none. */
export interface StandInControl {
  list(): readonly StandInState[];
  /** Oldest first; undefined where there is none of this name. `tenantId`: whose events are shown, undefined is all. */
  requests(
    name: string,
    options: { readonly after: number | undefined; readonly tenantId: string | undefined },
  ): readonly StandInRequest[] | undefined;
  set(name: string, fault: StandInFault): StandInState | undefined;
}

type Answer<Result> = { readonly result: Result } | { readonly fault: ServerError };

export function makeStandInActs({
  standIns,
  systemEvents,
}: {
  readonly standIns: StandInControl | undefined;
  readonly systemEvents: SystemEvents;
}) {
  return {
    /** `{name?, after?}`. */
    'stand-ins'({ principal }: Connection, args: unknown): Answer<StandIns> {
      if (standIns === undefined) return { fault: NONE_HERE };
      const { name, after } = isObject(args) ? args : {};
      const fault =
        object(args, 'args') ??
        (name === undefined ? undefined : text(name, 'args.name')) ??
        (after === undefined ? undefined : count(after, 'args.after'));
      if (fault) return refused(fault);
      const states = standIns.list();
      if (name === undefined) return { result: { standIns: states } };
      const requests = standIns.requests(name as string, {
        after: after as number | undefined,
        // What is in a request may be of several tenants; those of the reserved tenant see all.
        tenantId: principal.tenantId === SYSTEM_TENANT ? undefined : principal.tenantId,
      });
      if (requests === undefined) return unknown(standIns);
      return { result: { standIns: states, requests: fitting(requests, after !== undefined) } };
    },

    /** `{name, fault}`: the state after it. */
    'set-stand-in'({ principal, connectionId }: Connection, args: unknown): Answer<StandInState> {
      if (standIns === undefined) return { fault: NONE_HERE };
      const { name, fault } = isObject(args) ? args : {};
      const wrong = object(args, 'args') ?? text(name, 'args.name');
      if (wrong) return refused(wrong);
      const read = readStandInFault(fault, 'args.fault');
      if (!read.ok) return refused(read.wrong);
      const result = standIns.set(name as string, read.fault);
      if (result === undefined) return unknown(standIns);
      systemEvents.report({
        action: 'stand_in.changed',
        cause: principal.subject,
        principal,
        connectionId,
        metadata: { standIn: result.name, fault: read.fault.kind },
      });
      return { result };
    },
  };
}

/** Who polls gets what came next, and the rest with the next call; who does not, the latest. */
function fitting(requests: readonly StandInRequest[], isPolled: boolean): readonly StandInRequest[] {
  const kept: StandInRequest[] = [];
  let bytes = 0;
  for (const request of isPolled ? requests : requests.toReversed()) {
    bytes += utf8Bytes(JSON.stringify(request)) + 1;
    if (bytes > MAX_BYTES) break;
    kept.push(request);
  }
  return isPolled ? kept : kept.reverse();
}

function unknown(standIns: StandInControl) {
  const names = standIns.list().map(({ name }) => name);
  const message = `there is no such stand-in; there are ${names.join(', ')}`;
  return { fault: serverError('not_found', message, { path: 'args.name' }) };
}

/** Within a frame of 32 KB, beside the states. */
const MAX_BYTES = 24_000;
const NONE_HERE = serverError(
  'not_found',
  'there are no stand-ins in this home: serve --demo without --config has them',
  { path: 'what' },
);
