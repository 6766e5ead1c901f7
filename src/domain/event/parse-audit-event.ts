/** The door of the system: makes an audit event of whatever came, or says everything that is wrong with it. */
import type { AuditEvent } from './audit-event.ts';
import { AuditEventError } from './audit-event-error.ts';
import { CLOCK_SKEW, eventShape } from './event-shape.ts';
import { fitSize, jsonBytes, MAX_EVENT_BYTES } from './fit-size.ts';
import { Reading } from './reading.ts';

/** An event that says it happened so much after it was recorded comes from a clock that is wrong. */
const MAX_AHEAD_MS = 5 * 60_000;
/** … and so much before, from such a clock or from an import. */
const MAX_BEHIND_MS = 24 * 3_600_000;
/** As many paths as `privacy` lists hold. */
const MAX_PATHS = 256;

type Draft = { -readonly [K in keyof AuditEvent]: AuditEvent[K] };

/** Checks and cleans an event from a producer; the answer is a copy, and parsing it again changes nothing.
 * Times become UTC with milliseconds, text well-formed Unicode without control characters, addresses one spelling;
 * secrets in sentences are masked; what is over a limit of length or of 200 KB is cut, and named in
 * `privacy.truncatedPaths`; `integrity` and `pipeline` are taken out; clocks that disagree are flagged
 * in `labels.clock_skew` (`ahead` or `behind`).
 * @throws AuditEventError with every fault at once, and nothing else, whatever comes. */
export function parseAuditEvent(value: unknown): AuditEvent {
  const at = new Reading();
  const event = read(value, at);
  if (event === undefined || at.issues.length > 0) throw new AuditEventError(at.issues);
  flagClockSkew(event);
  if (at.truncated.length > 0 || at.redacted.length > 0) {
    note(event, { truncatedPaths: at.truncated, redactedPaths: at.redacted });
    at.bytesAtMost = Number.POSITIVE_INFINITY;
  }
  if (at.bytesAtMost + SYSTEM_BYTES > MAX_EVENT_BYTES) shrink(event);
  return event;
}

/** The clock label and its commas. */
const SYSTEM_BYTES = 64;

function read(value: unknown, at: Reading): Draft | undefined {
  try {
    return eventShape(value, at) as Draft | undefined;
  } catch (cause) {
    // Getters that throw, revoked proxies: nothing that came out of JSON.
    throw new AuditEventError([{ path: at.here(), message: 'could not be read; send plain JSON data' }], {
      cause,
    });
  }
}

function flagClockSkew(event: Draft): void {
  if (event.occurredAt === event.recordedAt && event.labels === undefined) return;
  const { [CLOCK_SKEW]: _said, ...labels } = event.labels ?? {};
  const aheadMs = Date.parse(event.occurredAt) - Date.parse(event.recordedAt);
  const skew = aheadMs > MAX_AHEAD_MS ? 'ahead' : aheadMs < -MAX_BEHIND_MS ? 'behind' : undefined;
  if (skew !== undefined) event.labels = { ...labels, [CLOCK_SKEW]: skew };
  else if (_said !== undefined) event.labels = labels;
}

function note(
  event: Draft,
  paths: { readonly truncatedPaths: readonly string[]; readonly redactedPaths?: readonly string[] },
): void {
  for (const [list, added] of Object.entries(paths) as ['truncatedPaths' | 'redactedPaths', string[]][])
    if (added.length > 0) {
      const all = [...new Set([...added, ...(event.privacy?.[list] ?? [])])].slice(0, MAX_PATHS);
      event.privacy = { ...event.privacy, [list]: all };
    }
}

function shrink(event: Draft): void {
  const { cut } = fitSize(event as unknown as Record<string, unknown>);
  if (cut.length > 0) note(event, { truncatedPaths: cut });
  const bytes = jsonBytes(event);
  if (bytes <= MAX_EVENT_BYTES) return;
  const message = `has ${bytes} bytes as JSON without bodies, metadata and changed values, and may have ${MAX_EVENT_BYTES}; send shorter texts`;
  throw new AuditEventError([{ path: '', message }]);
}
