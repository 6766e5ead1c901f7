/** What a home knows of its deliveries, for its operators. */
import type { AttemptedEvent, DeliveryAttempt, DestinationFigures } from '../../domain/deliveries.ts';

export interface Deliveries {
  destinations(): readonly DestinationFigures[] | Promise<readonly DestinationFigures[]>;
  /** The last requests, or in words where they can be seen instead. */
  readonly record: AttemptRecord | { readonly note: string };
}

export interface AttemptRecord {
  readonly sinceMs: number;
  newestFirst(): Iterable<KeptAttempt>;
}

/** A request mixes tenants: each event says whose it is. */
export interface KeptAttempt extends DeliveryAttempt {
  readonly events: readonly KeptEvent[];
}

export interface KeptEvent extends AttemptedEvent {
  readonly tenantId: string;
}
