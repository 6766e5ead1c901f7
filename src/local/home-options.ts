/** What a home can be told, and the one rule about it: open to this machine for development, or closed by default. */
import type { RuleBook } from '../domain/rules/rule-book.ts';
import type { Destination } from '../sink/destination.ts';
import type { Limits } from '../stream/limits.ts';
import type { Log } from '../stream/log.ts';
import type { ProducerKey } from './door/producers.ts';
import type { Faults } from './faults.ts';
import { isLoopback } from './http/guard.ts';
import type { StandInOptions } from './stand-ins/start.ts';
import type { Retention } from './store/retention.ts';

export interface HomeOptions {
  /** Default `127.0.0.1`. Any other than a loopback address needs `issuer` and `producers`. */
  readonly host?: string;
  /** Default 4100; 0 is any free one. */
  readonly port?: number;
  /** Default `./data`; `:memory:` keeps nothing. */
  readonly dataDir?: string;
  /** The built page, default `dist/dashboard` of this package. */
  readonly pageDir?: string;
  /** Where viewers reach this home when a TLS proxy stands before it, for example `https://audit.example.com`. */
  readonly publicUrl?: string;
  /** The OIDC issuer of viewers' tokens. Without it and without `producers` the home is a development home. */
  readonly issuer?: IssuerOptions;
  readonly producers?: readonly ProducerKey[];
  /** Origins of pages, beside the home's own, that may connect to the stream and post to the door. */
  readonly allowedOrigins?: readonly string[];
  readonly retention?: Partial<Retention>;
  /** Where events go besides the trail, each by its own queue. */
  readonly destinations?: readonly Destination[];
  /** What is worth an alert, and who hears of it. Without rules only the system itself has alerts. */
  readonly alertRules?: RuleBook;
  /** Takes what PagerDuty says of alerts: acknowledged and resolved there is so here. */
  readonly pagerdutyWebhook?: PagerDutyWebhookSettings;
  /** Adds a destination of every kind, each with a stand-in that receives its requests. Only a development home has any. */
  readonly standIns?: StandInOptions;
  readonly limits?: Partial<Limits>;
  readonly gateway?: Partial<GatewayCuts>;
  /** Lets faults be switched on beside a real issuer too. The first ones may be named at once. */
  readonly faults?: true | Partial<Faults>;
  /** `source.environment` of the system's own events. */
  readonly environment?: string;
  readonly synchronous?: 'FULL' | 'NORMAL';
  readonly log?: Log;
  /** Gets the issuer's keys, and asks PagerDuty what an incident is made of. */
  readonly fetch?: typeof fetch;
  readonly now?: () => number;
  /** For the faults; a seeded one makes them repeatable. */
  readonly random?: () => number;
}

export interface IssuerOptions {
  /** As tokens name it in `iss`; its keys are found by OIDC discovery. */
  readonly url: string;
  readonly audience: string;
  /** Default `tenant_id`. */
  readonly tenantClaim?: string;
  /** Default `roles`. */
  readonly rolesClaim?: string;
  /** For the page's login. */
  readonly clientId?: string;
}

export interface PagerDutyWebhookSettings {
  /** With which the webhook subscription signs. */
  readonly secret: string;
  /** Of the subscription before it, while both are there. */
  readonly previousSecret?: string;
  /** A read-only key of PagerDuty's REST API. */
  readonly apiKey?: string;
}

export interface GatewayCuts {
  /** API Gateway: 10 minutes. */
  readonly idleMs: number;
  /** How long before the two-hour cut (`limits.maxConnectionMs`) a viewer hears `goaway`. */
  readonly goawayMs: number;
}

export const GATEWAY_CUTS: GatewayCuts = { idleMs: 600_000, goawayMs: 60_000 };

/** Who is trusted: anybody on this machine, or whom an issuer and producer keys vouch for. */
export type Trust =
  | { readonly kind: 'development' }
  | { readonly kind: 'closed'; readonly issuer: IssuerOptions; readonly producers: readonly ProducerKey[] };

/** The home must not start as it is configured; the message says what to set. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
}

export function trustOf({ host = '127.0.0.1', issuer, producers = [] }: HomeOptions): Trust {
  if (issuer && producers.length > 0) return { kind: 'closed', issuer, producers };
  const missing = [
    ...(issuer ? [] : ['issuer {url, audience}']),
    ...(producers.length > 0 ? [] : ['producers [{accessKeyId, secretAccessKey, tenants, sources}]']),
  ];
  if (issuer || producers.length > 0) {
    throw new ConfigurationError(
      `${missing.join(' and ')} must be configured too: a home that checks viewers or producers checks both`,
    );
  }
  if (isLoopback(host)) return { kind: 'development' };
  throw new ConfigurationError(
    `listening on ${host} opens this home to other machines: configure ${missing.join(' and ')} (docs/configuration.md), or listen on 127.0.0.1`,
  );
}
