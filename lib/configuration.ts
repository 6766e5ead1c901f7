/** Reads the app's configuration (`cdk.json` context, `-c name=value`): all faults at once, each with what to write. */
import { isObject, kindOf } from '../src/domain/protocol/fields.ts';
import { isTenantId } from '../src/domain/tenant-id.ts';
import { isSecretRef, type StoredSecretRef } from '../src/sink/options.ts';
import { alertChannels, readAlertRules } from './alert-rules.ts';
import { readDestinations } from './read-destinations.ts';

/** What a person can configure, by the names that they write. */
export interface Configuration {
  readonly issuer?: string;
  readonly audience?: string;
  readonly tenantClaim?: string;
  readonly rolesClaim?: string;
  readonly allowedOrigins?: readonly string[];
  readonly producers?: Readonly<Record<string, readonly string[]>>;
  readonly trailRetentionDays?: number;
  readonly archiveRetentionDays?: number;
  readonly logRetentionDays?: number;
  readonly environment?: string;
  readonly production?: boolean;
  readonly busArn?: string;
  readonly alarmEmail?: string;
  readonly apiGatewayLogRoleExists?: boolean;
  readonly destinations?: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly alertRules?: string;
  readonly pagerdutyWebhookSecret?: StoredSecretRef;
  readonly dashboardUrl?: string;
}

/** Synthesis must not go on: the message names every fault. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

/** What CloudWatch Logs offers.
 * https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
export const LOG_RETENTION_DAYS: readonly number[] = [
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 3653,
];

/** `value` is the context's `audit-stream` object; values of `-c` come as text.
 * @throws ConfigurationError naming each fault with its path, the value's kind and the remedy. */
export function readConfiguration(value: unknown): Configuration {
  if (value === undefined) return {};
  if (!isObject(value))
    throw new ConfigurationError(`audit-stream: must be an object of settings, got ${kindOf(value)}`);
  const faults: string[] = [];
  const read = Object.entries(value).flatMap(([name, given]) => {
    const check = Object.hasOwn(CHECKS, name) ? CHECKS[name as keyof typeof CHECKS] : undefined;
    if (!check) {
      faults.push(
        `audit-stream.${name.slice(0, 40)}: is no setting; there are ${Object.keys(CHECKS).join(', ')}`,
      );
      return [];
    }
    if (name === 'destinations') readDestinations(given, 'audit-stream.destinations', faults);
    const fault = check(given);
    if (fault)
      faults.push(
        `audit-stream.${name}${fault.at ?? ''}: ${fault.wanted}, got ${kindOf(fault.got ?? given)}`,
      );
    return fault ? [] : [[name, given] as const];
  });
  const settings = Object.fromEntries(read) as Configuration;
  faults.push(...alertFaults(settings));
  if (faults.length > 0)
    throw new ConfigurationError(`The configuration is not right:\n  ${faults.join('\n  ')}`);
  return settings;
}

/** What can be said only by several settings together. */
function alertFaults({ destinations = {}, alertRules, pagerdutyWebhookSecret }: Configuration): string[] {
  const faults: string[] = [];
  const channels = alertChannels(readDestinations(destinations, '', []));
  if (alertRules !== undefined) readAlertRules(alertRules, channels, 'audit-stream.alertRules', faults);
  else if (pagerdutyWebhookSecret !== undefined && channels.length === 0)
    faults.push(
      'audit-stream.pagerdutyWebhookSecret: there are no alerts that PagerDuty could say anything of; set alertRules, or a destination of alerts',
    );
  return faults;
}

/** The settings of a context: its object `audit-stream`, and single ones as `audit-stream:name`, which come as text. */
export function contextOf(contextValue: (name: string) => unknown): unknown {
  const held = contextValue('audit-stream');
  const single = Object.keys(CHECKS).flatMap((name) => {
    const value = contextValue(`audit-stream:${name}`);
    return value === undefined ? [] : [[name, typeof value === 'string' ? fromText(name, value) : value]];
  });
  if (single.length === 0) return held;
  return isObject(held) || held === undefined ? { ...held, ...Object.fromEntries(single) } : held;
}

/** Numbers, flags, lists and objects are written as JSON; a text is a text. */
function fromText(name: string, value: string): unknown {
  if (TEXTS.has(name)) return value;
  try {
    return JSON.parse(value);
  } catch {
    return value;
  }
}

const TEXTS: ReadonlySet<string> = new Set([
  'issuer',
  'audience',
  'tenantClaim',
  'rolesClaim',
  'environment',
  'busArn',
  'alarmEmail',
  'alertRules',
  'dashboardUrl',
] satisfies (keyof Configuration)[]);

interface Fault {
  readonly wanted: string;
  readonly at?: string;
  readonly got?: unknown;
}
type Check = (value: unknown) => Fault | undefined;

const when =
  (isRight: (value: unknown) => boolean, wanted: string): Check =>
  (value) =>
    isRight(value) ? undefined : { wanted };
const isText = (value: unknown): value is string => typeof value === 'string' && value.trim() !== '';
const isHttps = (value: unknown) => isText(value) && value.startsWith('https://') && URL.canParse(value);
const isOrigin = (value: unknown) => isText(value) && URL.canParse(value) && new URL(value).origin === value;
const isSource = (value: string) => /^audit\.[^*\s]+$/.test(value) && value.length <= 256;
const text = when(isText, 'must be a text');
const flag = when((value) => typeof value === 'boolean', 'must be true or false, without quotes');
const days = (most: number) =>
  when(
    (value) => Number.isInteger(value) && (value as number) >= 1 && (value as number) <= most,
    `must be a whole number of days from 1 to ${most}`,
  );

const CHECKS = {
  issuer: when(
    (value) => isHttps(value) || isLoopback(value),
    'must be the OIDC issuer as tokens name it in iss, for example "https://login.example.com"',
  ),
  audience: text,
  tenantClaim: text,
  rolesClaim: text,
  allowedOrigins: (value) => {
    if (!Array.isArray(value))
      return { wanted: 'must be a list of origins such as ["https://audit.example.com"]' };
    const wrong = value.findIndex((origin) => !isOrigin(origin));
    return wrong < 0
      ? undefined
      : {
          at: `[${wrong}]`,
          got: value[wrong],
          wanted: 'must be an origin such as "https://audit.example.com", without a path',
        };
  },
  producers: (value) => {
    const wanted = 'must be an object of bus source and tenants such as {"audit.billing": ["acme"]}';
    if (!isObject(value) || Object.keys(value).length === 0) return { wanted };
    for (const [source, tenants] of Object.entries(value)) {
      const at = `.${source.slice(0, 40)}`;
      if (!isSource(source))
        return { at, got: source, wanted: 'must be a bus source such as "audit.billing"' };
      if (!Array.isArray(tenants) || tenants.length === 0 || !tenants.every(isTenantId))
        return { at, got: tenants, wanted: 'must be a list of tenants such as ["acme"]' };
    }
    return Buffer.byteLength(JSON.stringify(value)) <= MOST_PRODUCERS_BYTES
      ? undefined
      : {
          wanted: `must have ${MOST_PRODUCERS_BYTES} bytes at most, because a Lambda's settings have 4 KB: name fewer`,
        };
  },
  trailRetentionDays: days(365),
  archiveRetentionDays: days(3_650),
  logRetentionDays: when(
    (value) => LOG_RETENTION_DAYS.includes(value as number),
    `must be one of CloudWatch's spans: ${LOG_RETENTION_DAYS.join(', ')}`,
  ),
  environment: text,
  production: flag,
  busArn: when(
    (value) => isText(value) && /^arn:aws[a-z-]*:events:[a-z0-9-]+:\d{12}:event-bus\/[\w./-]+$/.test(value),
    'must be the ARN of an event bus such as "arn:aws:events:eu-west-1:123456789012:event-bus/audit"',
  ),
  alarmEmail: when((value) => isText(value) && /^[^@\s]+@[^@\s]+$/.test(value), 'must be an e-mail address'),
  apiGatewayLogRoleExists: flag,
  /** Read by its own rules, fault by fault. */
  destinations: () => undefined,
  alertRules: when(isText, 'must be the folder of the rules, such as "./rules"'),
  pagerdutyWebhookSecret: when(
    (value) => isSecretRef(value) && !('env' in value) && !('file' in value),
    'must say where the secret is, {"secret": "name"} (Secrets Manager) or {"parameter": "/name"} (Parameter Store); never the secret itself',
  ),
  dashboardUrl: when(
    (value) => isHttps(value) || isLoopback(value),
    'must be the address of the page, such as "https://audit.example.com"',
  ),
} as const satisfies Record<keyof Configuration, Check>;

const MOST_PRODUCERS_BYTES = 2_500;

/** On this machine, for a rehearsal. */
function isLoopback(value: unknown): boolean {
  return isText(value) && /^http:\/\/127\.0\.0\.1:\d+$/.test(value);
}
