/** What the stack told this Lambda: read when it is asked for, so that each needs only its own. */
import type { SecretRef } from '../sink/options.ts';
import type { Producers } from '../stream/bus-detail.ts';
import type { Limits } from '../stream/limits.ts';
import { ENVIRONMENT, type EnvironmentName } from './environment.ts';
import { AWS_LIMITS } from './limits.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Every getter throws, naming the variable, when it is not set or cannot be read. */
export function readSettings(env: Environment = process.env) {
  const needed = (name: EnvironmentName): string => {
    const value = env[name];
    if (value === undefined || value === '') throw new Error(`${name} is not set: deploy the stack again`);
    return value;
  };
  const json = <T>(name: EnvironmentName): T | undefined => {
    const text = env[name];
    if (text === undefined || text === '') return undefined;
    try {
      return JSON.parse(text) as T;
    } catch {
      throw new Error(`${name} is not JSON: deploy the stack again`);
    }
  };
  return {
    /** Set by Lambda itself. */
    get functionName() {
      return env.AWS_LAMBDA_FUNCTION_NAME ?? 'unknown';
    },
    get connectionsTable() {
      return needed(ENVIRONMENT.connectionsTable);
    },
    get trailTable() {
      return needed(ENVIRONMENT.trailTable);
    },
    get alertsTable() {
      return needed(ENVIRONMENT.alertsTable);
    },
    get trailRetentionMs() {
      return Number(needed(ENVIRONMENT.trailDays)) * DAY_MS;
    },
    get managementEndpoint() {
      return needed(ENVIRONMENT.managementEndpoint);
    },
    get busName() {
      return needed(ENVIRONMENT.busName);
    },
    /** Undefined until an issuer is configured: then nobody is let in. */
    get issuer() {
      return env[ENVIRONMENT.issuer] || undefined;
    },
    get audience() {
      return needed(ENVIRONMENT.audience);
    },
    get claimNames() {
      return {
        tenant: env[ENVIRONMENT.tenantClaim] || 'tenant_id',
        roles: env[ENVIRONMENT.rolesClaim] || 'roles',
      };
    },
    get allowedOrigins(): readonly string[] {
      return json<readonly string[]>(ENVIRONMENT.allowedOrigins) ?? [];
    },
    get producers() {
      return json<Producers>(ENVIRONMENT.producers);
    },
    get environment() {
      return env[ENVIRONMENT.environment] || 'default';
    },
    get limits(): Limits {
      return { ...AWS_LIMITS, ...json<Partial<Limits>>(ENVIRONMENT.limits) };
    },
    get fanOutFunction() {
      return needed(ENVIRONMENT.fanOutFunction);
    },
    get recordQueueUrl() {
      return needed(ENVIRONMENT.recordQueueUrl);
    },
    get recordDeadLetterQueueUrl() {
      return needed(ENVIRONMENT.recordDeadLetterQueueUrl);
    },
    get queueNames(): Readonly<Record<string, string>> {
      return json<Readonly<Record<string, string>>>(ENVIRONMENT.queueNames) ?? {};
    },
    get broadcastDeadLetterQueueUrl() {
      return needed(ENVIRONMENT.broadcastDeadLetterQueueUrl);
    },
    get journalDeadLetterQueueUrl() {
      return needed(ENVIRONMENT.journalDeadLetterQueueUrl);
    },
    /** As text: whoever reads it brings the sinks' code. */
    get destinationText() {
      return needed(ENVIRONMENT.destination);
    },
    get queueUrl() {
      return needed(ENVIRONMENT.queueUrl);
    },
    get deadLetterQueueUrl() {
      return needed(ENVIRONMENT.deadLetterQueueUrl);
    },
    get recordRuleName() {
      return needed(ENVIRONMENT.recordRuleName);
    },
    /** Whether this deployment makes alerts at all. */
    get hasAlerts() {
      return Boolean(env[ENVIRONMENT.alertsTable]);
    },
    get alarmPrefix() {
      return needed(ENVIRONMENT.alarmPrefix);
    },
    /** Without a slash at its end. */
    get dashboardUrl() {
      return env[ENVIRONMENT.dashboardUrl]?.replace(/\/+$/, '') || undefined;
    },
    get pagerdutyWebhookSecret(): SecretRef {
      return JSON.parse(needed(ENVIRONMENT.pagerdutyWebhookSecret)) as SecretRef;
    },
  };
}

const DAY_MS = 24 * 60 * 60 * 1_000;
