/** The middy middleware: every invocation leaves one complete audit record, and nothing of it reaches the handler. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { newEventId } from '../domain/event/new-event-id.ts';
import { parseAuditEvent } from '../domain/event/parse-audit-event.ts';
import { isTenantId } from '../domain/tenant-id.ts';
import { makeJournal } from './delivery/journal.ts';
import { makeRecord, type RecordParts } from './make-record.ts';
import { type AuditFailure, type AuditOptions, checkOptions } from './options.ts';
import { type Invocation, sourceOf } from './running-in.ts';
import { factsOf, INVOKED } from './sources/index.ts';
import type { Ending } from './what-happened.ts';

/** The part of middy's request that is read. */
interface Request {
  readonly event: unknown;
  readonly context: Invocation;
  readonly response?: unknown;
  readonly error?: unknown;
}

export interface AuditMiddleware {
  readonly before: (request: Request) => void;
  readonly after: (request: Request) => Promise<void>;
  readonly onError: (request: Request) => Promise<void>;
}

/** Records every invocation of a middy handler. Use it first, so that what other middlewares refuse is recorded too.
 * Whatever goes wrong inside is told to `onFailure`; the handler's answer and its errors stay the same objects.
 * @example middy().use(audit({ service: 'billing' })).handler(handler)
 * @throws TypeError when an option is wrong, as the handler is made. */
export function audit(options: AuditOptions): AuditMiddleware {
  checkOptions(options);
  const journal = makeJournal();
  const {
    actions = {},
    enrich,
    deliver = journal,
    now = Date.now,
    elapsedMs = () => performance.now(),
    newId = newEventId,
    onFailure = sayOnStderr,
  } = options;
  const reading = {
    headers: new Set((options.headers ?? KEPT_HEADERS).map((name) => name.toLowerCase())),
    trustedProxies: options.trustedProxies ?? 0,
  };
  const sourceFor = sourceOf(options);
  const begun = new WeakMap<Request, Begun>();

  return {
    before(request) {
      begun.set(request, { startedAtMs: now(), startedMs: elapsedMs() });
    },
    after: (request) => record(request, { kind: 'answered', response: request.response }),
    onError: (request) => record(request, { kind: 'threw', error: request.error }),
  };

  async function record(request: Request, ending: Ending): Promise<void> {
    try {
      const endedAtMs = now();
      const endedMs = elapsedMs();
      const started = begun.get(request) ?? { startedAtMs: endedAtMs, startedMs: endedMs };
      // An error after the record was made comes by a second time: one invocation, one record.
      if (started.recorded) return;
      begun.set(request, { ...started, recorded: true });
      const { event, context } = request;
      const remainingMs = context.getRemainingTimeInMillis?.();
      const parts = {
        id: newId(endedAtMs),
        tenantId: tenantOf(event),
        startedAtMs: started.startedAtMs,
        endedAtMs,
        durationMs: Math.max(0, Math.round((endedMs - started.startedMs) * 1_000) / 1_000),
        ...(remainingMs !== undefined && { remainingMs }),
        ending,
        source: sourceFor(context),
        actions,
      };
      await send(enriched(plainRecord(parts, event), event));
    } catch (error) {
      tell('record', error);
    }
  }

  /** An event of a form that nobody expected still leaves a record, of less. */
  function plainRecord(parts: Omit<RecordParts, 'facts'>, event: unknown): AuditEvent {
    try {
      return parseAuditEvent(makeRecord({ ...parts, facts: factsOf(event, reading) }));
    } catch (error) {
      tell('record', error);
      return parseAuditEvent(makeRecord({ ...parts, facts: INVOKED }));
    }
  }

  async function send(record: AuditEvent): Promise<void> {
    try {
      await deliver(record);
    } catch (error) {
      tell('deliver', error);
      await journal(record);
    }
  }

  function tenantOf(event: unknown): string {
    const { tenantId } = options;
    try {
      const said = typeof tenantId === 'function' ? tenantId(event) : tenantId;
      if (said === undefined) return DEFAULT_TENANT;
      if (isTenantId(said)) return said;
      throw new TypeError('tenantId is not of its form');
    } catch (error) {
      tell('enrich', error);
      return DEFAULT_TENANT;
    }
  }

  function enriched(plain: AuditEvent, event: unknown): AuditEvent {
    if (enrich === undefined) return plain;
    try {
      return parseAuditEvent(enrich(plain, event));
    } catch (error) {
      tell('enrich', error);
      return plain;
    }
  }

  /** The error's name alone: its message may hold what must not be logged. */
  function tell(at: AuditFailure['at'], error: unknown): void {
    try {
      onFailure({ at, error: error instanceof Error ? error.name : typeof error });
    } catch {
      // Nothing is left to tell it to.
    }
  }
}

interface Begun {
  readonly startedAtMs: number;
  readonly startedMs: number;
  readonly recorded?: boolean;
}

const DEFAULT_TENANT = 'default';

/** Say something about the request and let nobody in. */
const KEPT_HEADERS = [
  'accept',
  'accept-language',
  'content-length',
  'content-type',
  'host',
  'origin',
  'traceparent',
  'user-agent',
  'x-amzn-trace-id',
  'x-correlation-id',
  'x-forwarded-proto',
  'x-request-id',
];

function sayOnStderr(failure: AuditFailure): void {
  console.error(JSON.stringify({ level: 'ERROR', message: 'audit middleware failed', ...failure }));
}
