/** Makes the record of a run: plain from what is known, then with what the service adds. Always makes one. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { newEventId } from '../domain/event/new-event-id.ts';
import { parseAuditEvent } from '../domain/event/parse-audit-event.ts';
import { isTenantId } from '../domain/tenant-id.ts';
import { makeRecord, type RecordParts } from './make-record.ts';
import { nameOf } from './name-of.ts';
import type { AuditFailure, AuditOptions } from './options.ts';
import { makeRedact } from './redact/record.ts';
import type { Run } from './run.ts';
import { sourceOf } from './running-in.ts';
import { factsOf, INVOKED } from './sources/index.ts';
import type { Ending } from './what-happened.ts';

/** The two clocks at the end: epoch, and the one that only grows. */
export interface EndedAt {
  readonly atMs: number;
  readonly elapsedMs: number;
}

export type Recorder = (run: Run, ending: Ending, ended: EndedAt) => AuditEvent;

export function makeRecorder(
  options: AuditOptions,
  tell: (at: AuditFailure['at'], error: string) => void,
): Recorder {
  const { actions = {}, enrich, newId = newEventId, elapsedMs = () => performance.now() } = options;
  const reading = {
    headers: new Set((options.headers ?? KEPT_HEADERS).map((name) => name.toLowerCase())),
    trustedProxies: options.trustedProxies ?? 0,
  };
  const { bodies: kept = 'none', maxBodyBytes = DEFAULT_BODY_BYTES } = options;
  const bodies = {
    request: kept === 'request' || kept === 'both',
    response: kept === 'response' || kept === 'both',
    maxBytes: maxBodyBytes,
    headers: reading.headers,
  };
  const redact = makeRedact(options.redact ?? []);
  const sourceFor = sourceOf(options);

  return (run, ending, ended) => {
    const { event, context } = run.request;
    const remainingMs = context.getRemainingTimeInMillis?.() ?? -1;
    const parts = {
      id: newId(ended.atMs),
      tenantId: tenantOf(event),
      startedAtMs: run.startedAtMs,
      endedAtMs: ended.atMs,
      performance: () => ({
        durationMs: rounded(ended.elapsedMs - run.startedMs),
        auditOverheadMs: rounded(run.beforeMs + elapsedMs() - ended.elapsedMs),
        memoryUsedMb: Math.round(process.resourceUsage().maxRSS / 1_024),
        ...(remainingMs >= 0 && remainingMs < Number.POSITIVE_INFINITY && { remainingMs }),
      }),
      ending,
      phase: phaseOf(run, ending),
      source: sourceFor(context),
      actions,
      event,
      bodies,
    };
    return enriched(plain(parts, event), event);
  };

  /** An event of a form that nobody expected still leaves a record, of less. */
  function plain(parts: Omit<RecordParts, 'facts'>, event: unknown): AuditEvent {
    try {
      return parseAuditEvent(redact(makeRecord({ ...parts, facts: factsOf(event, reading) })));
    } catch (error) {
      tell('record', nameOf(error));
      return parseAuditEvent(redact(makeRecord({ ...parts, facts: INVOKED })));
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
      tell('enrich', nameOf(error));
      return DEFAULT_TENANT;
    }
  }

  function enriched(record: AuditEvent, event: unknown): AuditEvent {
    if (enrich === undefined) return record;
    try {
      return parseAuditEvent(redact(enrich(record, event)));
    } catch (error) {
      tell('enrich', nameOf(error));
      return record;
    }
  }
}

/** Where an error came up. A middleware before the handler cannot be told from the handler, but for middy's own. */
function phaseOf(run: Run, ending: Ending): RecordParts['phase'] {
  if (ending.kind === 'timed out') return 'timeout';
  if (ending.kind === 'answered') return;
  const { cause, name } = (ending.error ?? {}) as { cause?: { package?: unknown }; name?: unknown };
  const from = String(cause?.package ?? '');
  if (from === '@middy/core' && name === 'TimeoutError') return 'timeout';
  // middy sets it when the handler has answered, and clears it when something threw.
  if (run.responses > 1) return 'after';
  return from.startsWith('@middy/') && from !== '@middy/core' ? 'before' : 'handler';
}

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000) / 1_000);
}

/** Of one body. */
const DEFAULT_BODY_BYTES = 16 * 1_024;
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
