/** The request and its response, as HTTP and as a call. */
import type { AuditEvent, Http } from '../../event/audit-event.ts';
import { present, some } from '../present.ts';
import { serviceOf } from './service.ts';

/** https://schema.ocsf.io/1.8.0/objects/http_request: the values that `http_method` may have. */
const METHODS: ReadonlySet<string | undefined> = new Set([
  'CONNECT',
  'DELETE',
  'GET',
  'HEAD',
  'OPTIONS',
  'PATCH',
  'POST',
  'PUT',
  'TRACE',
]);

export function exchangeOf(event: AuditEvent, hasApi: boolean) {
  const { http = {} } = event;
  return {
    attributes: present<unknown>({
      api: hasApi ? apiOf(event) : undefined,
      http_request: requestOf(http, event.context?.userAgent),
      http_response: responseOf(http),
    }),
    unmappedHttp: unmappedHttp(event, hasApi),
    unmappedError: hasApi ? unsaidOf(event.error) : event.error,
  };
}

/** https://schema.ocsf.io/1.8.0/objects/api */
function apiOf({ action, source, http, error }: AuditEvent): Record<string, unknown> {
  const { requestId } = source;
  return present<unknown>({
    operation: action,
    service: serviceOf(source),
    request:
      requestId === undefined ? undefined : present<unknown>({ uid: requestId, data: http?.request?.body }),
    response: some({
      code: http?.statusCode,
      error: error && (error.code ?? error.name),
      error_message: error?.message,
      data: http?.response?.body,
    }),
  });
}

function requestOf({ method, path, request, requestBytes }: Http, userAgent: string | undefined) {
  const { headers, query } = request ?? {};
  return some({
    http_method: METHODS.has(method) ? method : undefined,
    url: path === undefined ? undefined : present({ path, query_string: queryStringOf(query) }),
    user_agent: userAgent,
    http_headers: listed(headers),
    body_length: requestBytes,
  });
}

function queryStringOf(query: Readonly<Record<string, string>> | undefined): string | undefined {
  return query && (new URLSearchParams(query).toString() || undefined);
}

/** https://schema.ocsf.io/1.8.0/objects/http_response: nothing of it without a code. */
function responseOf({ statusCode, response, responseBytes }: Http) {
  if (statusCode === undefined) return undefined;
  return present<unknown>({
    code: statusCode,
    http_headers: listed(response?.headers),
    body_length: responseBytes,
  });
}

/** https://schema.ocsf.io/1.8.0/objects/http_header */
function listed(headers: Readonly<Record<string, string>> | undefined) {
  const entries = Object.entries(headers ?? {});
  return entries.length > 0 ? entries.map(([name, value]) => ({ name, value })) : undefined;
}

function unmappedHttp({ http, source }: AuditEvent, hasApi: boolean): Record<string, unknown> | undefined {
  if (http === undefined) return undefined;
  const { method, route, path, statusCode, responseBytes, request, response } = http;
  const hasCode = statusCode !== undefined;
  return some({
    method: METHODS.has(method) ? undefined : method,
    route,
    responseBytes: hasCode ? undefined : responseBytes,
    request: some({
      query: path === undefined ? request?.query : undefined,
      body: hasApi && source.requestId !== undefined ? undefined : request?.body,
    }),
    response: some({
      headers: hasCode ? undefined : response?.headers,
      body: hasApi ? undefined : response?.body,
    }),
  });
}

function unsaidOf(error: AuditEvent['error']): Record<string, unknown> | undefined {
  if (error === undefined) return undefined;
  const { name, message: _message, code, ...rest } = error;
  return some({ name: code === undefined ? undefined : name, ...rest });
}
