/** The act `replay-archive`: an operator counts, begins and drives a replay, of its own tenant's events; that is audited. */
import { SYSTEM_TENANT } from '../domain/bus-event.ts';
import { FilterError, parseFilter } from '../domain/filter/index.ts';
import {
  type Check,
  countFromOne,
  firstFault,
  isObject,
  name as nameField,
  object,
  oneOf,
  optional,
  type Shape,
  text,
} from '../domain/protocol/fields.ts';
import type { ServerError } from '../domain/protocol/messages.ts';
import { serverError } from '../domain/protocol/server-error.ts';
import { TOPOLOGY } from '../domain/topology.ts';
import type { Principal } from './ports.ts';
import type { Replay, ReplayCount, Replays, ReplayWanted } from './replays.ts';
import type { SystemEvents } from './system-events.ts';

/** What the act's `args` are. */
export type ReplayArgs =
  | ({ readonly step: 'count'; readonly after?: string } & ReplaySpan)
  | ({ readonly step: 'begin' } & ReplaySpan)
  | { readonly step: 'go-on'; readonly name: string; readonly limit?: number };

interface ReplaySpan {
  /** A destination by its name. Default: the trail. */
  readonly sink?: string;
  readonly fromMs: number;
  readonly toMs: number;
  readonly filter?: Readonly<Record<string, unknown>>;
}

export type ReplayAnswer = { readonly result: Replay | ReplayCount } | { readonly fault: ServerError };

/** Events that one step puts back at most: it holds up whatever else the home does. */
export const MAX_REPLAY_STEP = 500;

export function makeReplayArchive({
  replays,
  systemEvents,
}: {
  /** A deployment has none: EventBridge replays. */
  readonly replays: Replays | undefined;
  readonly systemEvents: Pick<SystemEvents, 'report'>;
}) {
  return (principal: Principal, args: unknown): ReplayAnswer => {
    if (!replays) return { fault: serverError('invalid_message', NOT_HERE, { path: 'what' }) };
    const fault = faultOf(args, replays);
    if (fault) return { fault: serverError('invalid_message', fault.message, { path: fault.path }) };
    const asked = args as ReplayArgs;
    if (asked.step === 'go-on') return goOn(replays, principal, asked);
    const wanted = wantedBy(principal, asked);
    if (asked.step === 'count') return { result: replays.count(wanted, asked.after) };
    const replay = replays.begin(wanted);
    report('archive.replay_started', principal, replay);
    return { result: replay };
  };

  function goOn(
    replays: Replays,
    principal: Principal,
    { name, limit = MAX_REPLAY_STEP }: Extract<ReplayArgs, { step: 'go-on' }>,
  ): ReplayAnswer {
    const before = replays.find(name);
    if (before === undefined || before.tenantId !== scopeOf(principal))
      return {
        fault: serverError('not_found', 'this home knows no replay of that name', { path: 'args.name' }),
      };
    const after = replays.goOn(name, Math.min(limit, MAX_REPLAY_STEP));
    if (after.isDone && !before.isDone) report('archive.replayed', principal, after);
    return { result: after };
  }

  function report(
    action: 'archive.replay_started' | 'archive.replayed',
    principal: Principal,
    { name, route, fromMs, toMs, filter, tenantId, putBack }: Replay,
  ): void {
    systemEvents.report({
      action,
      cause: principal.subject,
      principal,
      metadata: {
        replay: name,
        sink: route,
        from: new Date(fromMs).toISOString(),
        to: new Date(toMs).toISOString(),
        ...(filter && { filter: JSON.stringify(filter).slice(0, MAX_FILTER_CHARS) }),
        ...(tenantId !== undefined && { tenant: tenantId }),
        ...(action === 'archive.replayed' && { putBack }),
      },
    });
  }
}

/** Whose events a principal's replays are of; those of the reserved tenant see all. */
function scopeOf({ tenantId }: Principal): string | undefined {
  return tenantId === SYSTEM_TENANT ? undefined : tenantId;
}

function wantedBy(principal: Principal, { sink, fromMs, toMs, filter }: ReplaySpan): ReplayWanted {
  const tenantId = scopeOf(principal);
  return {
    route: sink ?? TOPOLOGY.record.name,
    fromMs,
    toMs,
    ...(filter && Object.keys(filter).length > 0 && { filter }),
    ...(tenantId !== undefined && { tenantId }),
  };
}

const timeMs: Check = (value, path) =>
  Number.isSafeInteger(value) && Math.abs(value as number) <= MAX_TIME_MS
    ? undefined
    : { path, message: 'must be a time in whole milliseconds since 1970' };

const place: Check = (value, path) =>
  typeof value === 'string' && /^\d{1,16}\.\d{1,16}$/.test(value)
    ? undefined
    : { path, message: 'must be what the count before it gave as next' };

const pattern: Check = (value, path) => {
  const fault = object(value, path);
  if (fault) return fault;
  try {
    parseFilter(value);
    return undefined;
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    return { path, message: error.message };
  }
};

const SPAN: Shape = { sink: optional(text), fromMs: timeMs, toMs: timeMs, filter: optional(pattern) };
const STEPS: Readonly<Record<ReplayArgs['step'], Shape>> = {
  count: { ...SPAN, after: optional(place) },
  begin: SPAN,
  'go-on': { name: nameField, limit: optional(countFromOne) },
};

function faultOf(args: unknown, { routes }: Replays) {
  const at = 'args';
  if (!isObject(args)) return object(args, at);
  const step = oneOf(...Object.keys(STEPS))(args.step, `${at}.step`);
  if (step) return step;
  const shape = STEPS[args.step as ReplayArgs['step']];
  const fault = firstFault(shape, args, at);
  if (fault) return fault;
  const unknown = Object.keys(args).find((field) => field !== 'step' && !Object.hasOwn(shape, field));
  if (unknown !== undefined)
    return { path: `${at}.${unknown.slice(0, 64)}`, message: `is none of ${Object.keys(shape).join(', ')}` };
  if (typeof args.sink === 'string' && !routes.includes(args.sink))
    return { path: `${at}.sink`, message: `is none of ${routes.join(', ')}` };
  if (args.step !== 'go-on' && (args.toMs as number) <= (args.fromMs as number))
    return { path: `${at}.toMs`, message: 'must be later than fromMs' };
  return undefined;
}

const MAX_TIME_MS = 8.64e15;
const MAX_FILTER_CHARS = 256;
const NOT_HERE =
  'this is no home on one machine: in AWS EventBridge replays, see audit-stream replay --bus NAME';
