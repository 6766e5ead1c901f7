/** Lets a viewer onto the stream, or says why not: protocol, origin, token, tenant, number of connections. */
import { BEARER_PREFIX, SUBPROTOCOL, TENANT_PREFIX } from '../domain/protocol/messages.ts';
import { isTenantId } from '../domain/tenant-id.ts';
import type { TokenRefusal, VerifyToken } from './auth/verify-token.ts';
import type { Limits } from './limits.ts';
import { causeOf, type Log } from './log.ts';
import type { Connection, Principal, Subscriptions } from './ports.ts';
import type { SystemEvents } from './system-events.ts';

export interface ConnectRequest {
  readonly connectionId: string;
  /** What `Sec-WebSocket-Protocol` lists: `audit-stream.v1`, `bearer.<JWT>` and perhaps `tenant.<id>`. */
  readonly protocols: readonly string[];
  /** A browser's; programs that are no browser send none, and need none. */
  readonly origin?: string;
  readonly sourceIp: string;
  readonly userAgent?: string;
}

export type ConnectAnswer =
  | {
      readonly kind: 'accepted';
      readonly principal: Principal;
      /** To be echoed as the chosen subprotocol. */
      readonly protocol: typeof SUBPROTOCOL;
    }
  /** `reason` may go to the caller; the exact one is in the log and in the audit event. */
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 429 | 503; readonly reason: string };

export type Connect = (request: ConnectRequest) => Promise<ConnectAnswer>;

export interface ConnectOptions {
  readonly subscriptions: Pick<Subscriptions, 'open'>;
  readonly verifyToken: VerifyToken;
  readonly systemEvents: SystemEvents;
  /** Origins that browsers may come from, as `https://host[:port]`; `any` is for development. */
  readonly origins: 'any' | readonly string[];
  readonly limits: Limits;
  readonly now: () => number;
  readonly log: Log;
}

export function makeConnect(options: ConnectOptions): Connect {
  const { subscriptions, verifyToken, systemEvents, limits, now, log } = options;
  const origins = options.origins === 'any' ? undefined : new Set(options.origins.map(lower));

  return async (request) => {
    const denied = await decide(request);
    if (denied.kind === 'accepted') return denied;
    const { status, code, principal, subject } = denied;
    systemEvents.report({
      action: 'stream.denied',
      cause: principal?.subject ?? 'strangers',
      ...(principal ? { principal } : {}),
      ...(subject !== undefined ? { subject } : {}),
      reason: { code },
      ...from(request),
    });
    return { kind: 'refused', status, reason: PUBLIC_REASON[status] };
  };

  async function decide(request: ConnectRequest) {
    const offer = offerOf(request.protocols);
    if (offer.kind === 'denied') return offer;
    if (origins && request.origin !== undefined && !origins.has(lower(request.origin)))
      return deny(403, 'origin_not_allowed');
    const verified = await verifyToken(offer.token, offer.tenantId);
    if (verified.kind === 'refused')
      return {
        ...deny(verified.status, verified.reason),
        ...(verified.subject !== undefined ? { subject: verified.subject } : {}),
      };
    const { principal } = verified;
    const connection = connectionOf(request.connectionId, principal, now(), limits);
    const opened = await open(connection);
    if (opened === 'too_many_connections') return { ...deny(429, opened), principal };
    if (opened === 'store_unavailable') return { ...deny(503, opened), principal };
    systemEvents.report({
      action: 'stream.connected',
      cause: principal.subject,
      principal,
      ...from(request),
    });
    return { kind: 'accepted', principal, protocol: SUBPROTOCOL } as const;
  }

  async function open(connection: Connection) {
    try {
      return await subscriptions.open(connection, { perTenant: limits.connectionsPerTenant });
    } catch (error) {
      log('error', 'connection not stored', { cause: causeOf(error) });
      return 'store_unavailable';
    }
  }
}

/** When a connection ends by itself: with its token, or at API Gateway's two hours. */
export function expiryOf(principal: Principal, connectedAtMs: number, limits: Limits): number {
  return Math.min(principal.tokenExpiresAtMs + limits.clockLeewayMs, connectedAtMs + limits.maxConnectionMs);
}

type Code =
  | TokenRefusal
  | 'unsupported_protocol'
  | 'token_missing'
  | 'several_tokens'
  | 'tenant_invalid'
  | 'origin_not_allowed'
  | 'too_many_connections'
  | 'store_unavailable';

interface Denied {
  readonly kind: 'denied';
  readonly status: 401 | 403 | 429 | 503;
  readonly code: Code;
  readonly principal?: Principal;
  readonly subject?: string;
}

const PUBLIC_REASON = {
  401: 'unauthorized: offer audit-stream.v1 and bearer.<JWT> with a valid token',
  403: 'forbidden: the token does not give this',
  429: 'too many connections: close some or try later',
  503: 'unavailable: try again',
} as const;

function deny(status: Denied['status'], code: Code): Denied {
  return { kind: 'denied', status, code };
}

function offerOf(
  protocols: readonly string[],
): Denied | { readonly kind: 'offer'; readonly token: string; readonly tenantId?: string } {
  const [token, ...otherTokens] = valuesOf(protocols, BEARER_PREFIX);
  const [tenantId, ...otherTenants] = valuesOf(protocols, TENANT_PREFIX);
  if (!protocols.includes(SUBPROTOCOL)) return deny(401, 'unsupported_protocol');
  if (token === undefined || token === '') return deny(401, 'token_missing');
  if (otherTokens.length > 0) return deny(401, 'several_tokens');
  if (tenantId === undefined) return { kind: 'offer', token };
  if (otherTenants.length > 0 || !isTenantId(tenantId)) return deny(403, 'tenant_invalid');
  return { kind: 'offer', token, tenantId };
}

function valuesOf(protocols: readonly string[], prefix: string): readonly string[] {
  return protocols
    .filter((protocol) => protocol.startsWith(prefix))
    .map((protocol) => protocol.slice(prefix.length));
}

function connectionOf(connectionId: string, principal: Principal, nowMs: number, limits: Limits): Connection {
  const expiresAtMs = expiryOf(principal, nowMs, limits);
  return { connectionId, principal, connectedAtMs: nowMs, expiresAtMs };
}

function from({ connectionId, sourceIp, userAgent }: ConnectRequest) {
  return { connectionId, sourceIp, ...(userAgent !== undefined ? { userAgent } : {}) };
}

const lower = (text: string) => text.toLowerCase();
