/** Reads what API Gateway hands to a Lambda of a WebSocket API.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
import type { ConnectRequest } from '../stream/connect.ts';

/** The parts of the event that are read here. */
export interface WebSocketEvent {
  readonly requestContext: {
    readonly connectionId: string;
    readonly identity?: { readonly sourceIp?: string | null; readonly userAgent?: string | null };
  };
  /** Only on `$connect`. */
  readonly headers?: Readonly<Record<string, string | undefined>> | null;
  readonly body?: string | null;
  readonly isBase64Encoded?: boolean;
}

export function connectRequestOf({ requestContext, headers }: WebSocketEvent): ConnectRequest {
  const origin = header(headers, 'origin');
  const userAgent = header(headers, 'user-agent') ?? requestContext.identity?.userAgent ?? undefined;
  return {
    connectionId: requestContext.connectionId,
    protocols: (header(headers, 'sec-websocket-protocol') ?? '')
      .split(',')
      .map((protocol) => protocol.trim())
      .filter((protocol) => protocol !== ''),
    sourceIp: requestContext.identity?.sourceIp ?? '',
    ...(origin !== undefined ? { origin } : {}),
    ...(userAgent !== undefined ? { userAgent } : {}),
  };
}

/** The message as text; a binary frame arrives in base 64. */
export function textOf({ body, isBase64Encoded }: WebSocketEvent): string {
  if (body === undefined || body === null) return '';
  return isBase64Encoded ? Buffer.from(body, 'base64').toString('utf8') : body;
}

/** Names of headers come in any case. */
function header(headers: WebSocketEvent['headers'], name: string): string | undefined {
  for (const [key, value] of Object.entries(headers ?? {}))
    if (value !== undefined && key.toLowerCase() === name) return value;
  return undefined;
}
