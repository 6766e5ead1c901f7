/** Reads the ids that tie a request to others: W3C trace context, X-Ray's header, the caller's correlation id. */
import type { Context } from '../domain/event/audit-event.ts';
import { maskSecrets } from '../domain/event/mask-secrets.ts';

/** https://www.w3.org/TR/trace-context/#traceparent-header-field-values */
const TRACEPARENT = /^[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-[0-9a-f]{2}/;
/** https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-tracingheader */
const XRAY_ROOT = /(?:^|;)\s*Root=1-([0-9a-f]{8})-([0-9a-f]{24})/;
const XRAY_PARENT = /(?:^|;)\s*Parent=([0-9a-f]{16})/;
const CORRELATION = /^[\w.:/+=-]{1,128}$/;

type Ids = Pick<Context, 'traceId' | 'spanId' | 'correlationId'>;

/** `headers` by lower-case name. A header that does not keep to its form is as good as none. */
export function traceOf(headers: Readonly<Record<string, string | undefined>>): Ids {
  const correlationId = headers['x-correlation-id'] ?? headers['x-request-id'];
  return {
    ...(correlationId !== undefined && isPlainId(correlationId) && { correlationId }),
    ...(w3c(headers.traceparent) ?? xray(headers['x-amzn-trace-id'])),
  };
}

/** A caller may send anything: what looks like a credential is none of ours to keep. */
function isPlainId(text: string): boolean {
  return CORRELATION.test(text) && !maskSecrets(text, text.length).masked;
}

function w3c(header = ''): Ids | undefined {
  const found = TRACEPARENT.exec(header);
  return found ? { traceId: found[1] as string, spanId: found[2] as string } : undefined;
}

/** An X-Ray root without its version and dashes is the same trace's W3C id. */
function xray(header = ''): Ids | undefined {
  const root = XRAY_ROOT.exec(header);
  if (!root) return;
  const spanId = XRAY_PARENT.exec(header)?.[1];
  return { traceId: `${root[1]}${root[2]}`, ...(spanId !== undefined && { spanId }) };
}
