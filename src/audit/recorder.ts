/** Makes the record of a run: plain from what is known, then with what the service adds. Always makes one. */
import type { AuditEvent, Source } from '../domain/event/audit-event.ts';
import { newEventId } from '../domain/event/new-event-id.ts';
import { parseAuditEvent } from '../domain/event/parse-audit-event.ts';
import { traceparentOf } from '../domain/event/traceparent.ts';
import { isTenantId } from '../domain/tenant-id.ts';
import { DEFAULT_BODY_BYTES } from './bodies.ts';
import type { BusinessEvent, Carried } from './business-event.ts';
import { changesOf } from './changes.ts';
import { makeRecord, type RecordParts } from './make-record.ts';
import { memoryUsedMb } from './memory.ts';
import { nameOf } from './name-of.ts';
import type { AuditFailure, AuditOptions } from './options.ts';
import { phaseOf } from './phase.ts';
import { makeRedact } from './redact/record.ts';
import type { Run } from './run.ts';
import { remainingMs, sourceOf } from './running-in.ts';
import type { Facts } from './sources/facts.ts';
import { factsOf, INVOKED } from './sources/index.ts';
import type { Ending } from './what-happened.ts';

/** The two clocks at the end: epoch, and the one that only grows. */
export interface EndedAt {
  readonly atMs: number;
  readonly elapsedMs: number;
}

export interface Recorder {
  /** The record of the run; there always is one. */
  ofRun(run: Run, ending: Ending, ended: EndedAt): AuditEvent;
  /** What the handler said. Throws an AuditEventError where it said it wrongly. */
  ofSaid(run: Run, said: BusinessEvent, nowMs: number): AuditEvent;
  carry(run: Run, nowMs: number): Carried;
}

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

  return { ofRun, ofSaid, carry };

  function ofRun(run: Run, ending: Ending, ended: EndedAt): AuditEvent {
    const { event, context } = run.request;
    const remaining = remainingMs(context);
    const parts = {
      id: idOf(run, ended.atMs),
      tenantId: tenantOf(event),
      startedAtMs: run.startedAtMs,
      endedAtMs: ended.atMs,
      performance: () => ({
        durationMs: rounded(ended.elapsedMs - run.startedMs),
        auditOverheadMs: rounded(run.beforeMs + elapsedMs() - ended.elapsedMs),
        memoryUsedMb: memoryUsedMb(ended.atMs),
        ...(remaining !== undefined && { remainingMs: remaining }),
      }),
      ending,
      phase: phaseOf(run, ending),
      source: whereOf(run),
      actions,
      event,
      bodies,
    };
    return enriched(plain(run, parts), event);
  }

  /** An event of a form that nobody expected still leaves a record, of less. */
  function plain(run: Run, parts: Omit<RecordParts, 'facts'>): AuditEvent {
    try {
      return parseAuditEvent(redact(makeRecord({ ...parts, facts: known(run) })));
    } catch (error) {
      tell('record', nameOf(error));
      return parseAuditEvent(redact(makeRecord({ ...parts, facts: INVOKED })));
    }
  }

  function ofSaid(run: Run, said: BusinessEvent, nowMs: number): AuditEvent {
    const { before, after, ...fields } = said;
    const { correlationId } = carry(run, nowMs);
    const { actor, context } = known(run);
    const time = new Date(nowMs).toISOString();
    const changes = fields.changes ?? (before || after ? changesOf(before, after) : undefined);
    return parseAuditEvent(
      redact({
        schemaVersion: '1.0',
        id: newId(nowMs),
        tenantId: tenantOf(run.request.event),
        occurredAt: time,
        recordedAt: time,
        activity: 'other',
        category: changes === undefined ? 'api' : 'data_change',
        outcome: 'success',
        severity: 'info',
        actor,
        targets: [],
        source: whereOf(run),
        ...fields,
        context: { ...context, correlationId, causationId: idOf(run, nowMs), ...fields.context },
        ...(changes && { changes }),
      }),
    );
  }

  function carry(run: Run, nowMs: number): Carried {
    const { context } = known(run);
    const traceparent = traceparentOf(context);
    const causationId = idOf(run, nowMs);
    run.correlationId ??= context?.correlationId ?? context?.traceId ?? causationId;
    return {
      correlationId: run.correlationId,
      causationId,
      ...(traceparent !== undefined && { traceparent }),
    };
  }

  function idOf(run: Run, nowMs: number): string {
    run.id ??= newId(nowMs);
    return run.id;
  }

  function whereOf(run: Run): Source {
    run.source ??= sourceFor(run.request.context);
    return run.source;
  }

  /** With the correlation id that was handed on, if there was none before. */
  function known(run: Run): Facts {
    run.facts ??= read(run.request.event);
    const { correlationId, facts } = run;
    if (correlationId === undefined || facts.context?.correlationId !== undefined) return facts;
    return { ...facts, context: { ...facts.context, correlationId } };
  }

  /** Of an event of a form that nobody expected no more is known than that it came. */
  function read(event: unknown): Facts {
    try {
      return factsOf(event, reading);
    } catch (error) {
      tell('record', nameOf(error));
      return INVOKED;
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

function rounded(ms: number): number {
  return Math.max(0, Math.round(ms * 1_000) / 1_000);
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
