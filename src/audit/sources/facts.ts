/** What an invocation's event says about who did what from where, in the audit event's own words; secrets are still in it. */
import type { Actor, Context, Http, Target } from '../../domain/event/audit-event.ts';

export interface Facts {
  readonly actor: Actor;
  readonly context?: Context;
  readonly http?: Http;
  readonly targets?: readonly Target[];
  /** Its name where there is no route to make one of. */
  readonly action?: string;
  /** How many messages, rows or objects the invocation brought. */
  readonly itemCount?: number;
  /** `METHOD /route/{with}/{names}`: the key of `actions`. */
  readonly route?: string;
}

export interface FactsOptions {
  readonly headers: ReadonlySet<string>;
  readonly trustedProxies: number;
}

/** One kind of event that starts a Lambda. */
export interface EventSource {
  recognises(event: Readonly<Record<string, unknown>>): boolean;
  read(event: Readonly<Record<string, unknown>>, options: FactsOptions): Facts;
}
