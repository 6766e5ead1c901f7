/** The audit event v1: who did what to what, where, when and for whom. The contract of the whole system. */

export const ACTIVITIES = [
  'create',
  'read',
  'update',
  'delete',
  'login',
  'logout',
  'grant',
  'revoke',
  'enable',
  'disable',
  'execute',
  'export',
  'import',
  'share',
  'other',
] as const;
export const CATEGORIES = [
  'authentication',
  'authorization',
  'iam',
  'data_access',
  'data_change',
  'configuration',
  'api',
  'system',
  'security',
] as const;
export const OUTCOMES = ['success', 'failure', 'denied', 'error', 'unknown'] as const;
export const SEVERITIES = ['info', 'low', 'medium', 'high', 'critical'] as const;
export const ACTOR_TYPES = ['user', 'service', 'api_key', 'system', 'anonymous', 'unknown'] as const;

export type Activity = (typeof ACTIVITIES)[number];
export type Category = (typeof CATEGORIES)[number];
export type Outcome = (typeof OUTCOMES)[number];
export type Severity = (typeof SEVERITIES)[number];
export type ActorType = (typeof ACTOR_TYPES)[number];

type Scalars = Readonly<Record<string, string | number | boolean>>;

/** One audit record. Timestamps are RFC 3339 in UTC with milliseconds; at most 200 KB of UTF-8 JSON. */
export interface AuditEvent {
  readonly schemaVersion: '1.0';
  /** Made by the producer (ULID or UUIDv7), at most 64 characters: the identity everywhere. */
  readonly id: string;
  readonly idempotencyKey?: string;
  readonly tenantId: string;
  readonly occurredAt: string;
  readonly recordedAt: string;
  /** `dot.case`, for example `invoice.approved`. */
  readonly action: string;
  readonly actionVersion?: number;
  readonly activity: Activity;
  readonly category: Category;
  readonly outcome: Outcome;
  readonly reason?: { readonly code?: string; readonly message?: string; readonly policyId?: string };
  readonly severity: Severity;
  readonly message?: string;
  readonly actor: Actor;
  readonly targets: readonly Target[];
  readonly changes?: readonly Change[];
  readonly source: Source;
  readonly context?: Context;
  readonly http?: Http;
  readonly performance?: {
    readonly durationMs: number;
    readonly auditOverheadMs?: number;
    readonly memoryUsedMb?: number;
    readonly remainingMs?: number;
  };
  readonly error?: {
    readonly name: string;
    readonly message: string;
    readonly code?: string;
    readonly stack?: string;
    readonly retryable?: boolean;
    readonly phase?: 'before' | 'handler' | 'after' | 'timeout';
  };
  readonly privacy?: Privacy;
  /** Claim check, set by the system; a producer's is refused. */
  readonly dataRef?: { readonly uri: string; readonly sha256: string; readonly bytes: number };
  readonly labels?: Readonly<Record<string, string>>;
  readonly metadata?: Readonly<Record<string, unknown>>;
}

export interface Actor {
  readonly type: ActorType;
  readonly id: string;
  readonly name?: string;
  readonly email?: string;
  readonly roles?: readonly string[];
  readonly groups?: readonly string[];
  readonly sessionId?: string;
  readonly mfa?: boolean;
  /** The key's id, never its secret. */
  readonly credentialId?: string;
  readonly onBehalfOf?: { readonly type: string; readonly id: string; readonly name?: string };
  readonly metadata?: Scalars;
}

export interface Target {
  readonly type: string;
  readonly id: string;
  readonly name?: string;
  readonly ownerId?: string;
  readonly parentId?: string;
  readonly metadata?: Scalars;
}

export interface Change {
  readonly path: string;
  readonly op: 'add' | 'remove' | 'replace';
  readonly before?: unknown;
  readonly after?: unknown;
  readonly redacted?: boolean;
}

export interface Source {
  readonly service: string;
  readonly environment: string;
  readonly version?: string;
  readonly component?: string;
  readonly region?: string;
  readonly accountId?: string;
  readonly functionName?: string;
  readonly functionVersion?: string;
  readonly requestId?: string;
  readonly coldStart?: boolean;
}

export interface Context {
  readonly ip?: string;
  readonly ips?: readonly string[];
  readonly userAgent?: string;
  readonly geo?: { readonly country?: string; readonly region?: string; readonly city?: string };
  readonly correlationId?: string;
  readonly traceId?: string;
  readonly spanId?: string;
  readonly causationId?: string;
}

export interface Http {
  readonly method?: string;
  readonly route?: string;
  readonly path?: string;
  readonly statusCode?: number;
  readonly requestBytes?: number;
  readonly responseBytes?: number;
  readonly request?: {
    readonly headers?: Readonly<Record<string, string>>;
    readonly query?: Readonly<Record<string, string>>;
    readonly body?: unknown;
  };
  readonly response?: { readonly headers?: Readonly<Record<string, string>>; readonly body?: unknown };
}

export interface Privacy {
  readonly classification?: 'public' | 'internal' | 'confidential' | 'restricted';
  readonly redactedPaths?: readonly string[];
  readonly truncatedPaths?: readonly string[];
  readonly subjectIds?: readonly string[];
  readonly keyId?: string;
}
