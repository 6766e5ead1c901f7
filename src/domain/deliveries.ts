/** What an operator is told of deliveries: how each destination does, and the requests that were sent to it. */

/** What a request meant for an event in it. `split`: too many, or one at fault among them; sent again in halves. */
export const OUTCOME_KINDS = ['delivered', 'retry', 'rejected', 'misconfigured', 'split', 'again'] as const;
export type OutcomeKind = (typeof OUTCOME_KINDS)[number];

export type DestinationState =
  | { readonly kind: 'well' }
  /** Left alone until then, or failing and tried again as soon as something is due. */
  | { readonly kind: 'paused'; readonly reason: string; readonly untilMs?: number }
  /** A person has to mend it. */
  | { readonly kind: 'misconfigured'; readonly reason: string; readonly untilMs?: number };

export interface DestinationFigures {
  /** Of its queue too. */
  readonly name: string;
  readonly sink: string;
  /** As people call its kind. */
  readonly title: string;
  readonly takes: 'events' | 'alerts';
  /** Messages in its queue. */
  readonly waiting: number;
  /** Messages that were given up. */
  readonly dead: number;
  /** Messages since the record began. */
  readonly delivered: number;
  readonly state: DestinationState;
  /** Of the last request. */
  readonly lastAtMs?: number;
}

export interface OutcomeCount {
  readonly kind: OutcomeKind;
  readonly reason?: string;
  readonly count: number;
}

/** One event or notice of a request. */
export interface AttemptedEvent {
  readonly id: string;
  /** How often its message has been received. */
  readonly tries: number;
  readonly outcome: OutcomeKind;
}

/** One request as it went. Neither address nor body, which may be secret. */
export interface DeliveryAttempt {
  /** Its place in the record; later ones are higher. */
  readonly n: number;
  readonly destination: string;
  readonly atMs: number;
  readonly durationMs: number;
  /** Of the body. */
  readonly bytes: number;
  /** What the vendor answered, or why there was no answer. */
  readonly answer: { readonly status: number } | { readonly reason: string };
  /** How many events or notices it carried, of all tenants. */
  readonly count: number;
  /** The most often tried among them. */
  readonly tryNumber: number;
  readonly outcomes: readonly OutcomeCount[];
  /** The first few that the asker may know, those that were not delivered before the others. */
  readonly events: readonly AttemptedEvent[];
}

/** The answer to the act `deliveries`. */
export interface DeliveriesAnswer {
  readonly destinations: readonly DestinationFigures[];
  /** Newest first. */
  readonly attempts: readonly DeliveryAttempt[];
  /** There are more: ask for those `before` it. */
  readonly next?: number;
  /** False where a home keeps no attempts; `note` says where to look instead. */
  readonly isKept: boolean;
  /** Since when attempts are kept and deliveries counted. */
  readonly sinceMs?: number;
  readonly note?: string;
}
