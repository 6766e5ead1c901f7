/** What a destination of alerts has to remember between batches, wherever they run: a port with an adapter in each home. */
import type { AlertStatus } from '../domain/alert/alert.ts';
import type { AlertRef } from './sink.ts';

/** What was last said about an alert. */
export interface Told {
  readonly sequence: number;
  readonly status: AlertStatus;
  readonly ref?: AlertRef;
}

/** The right to speak: one batch at a time for a destination, so that what it sends keeps its order and its pace. */
export interface Turn {
  /** No request before this time. */
  readonly nextCallMs: number;
  /** Gives it back. */
  end(nextCallMs: number): Promise<void>;
}

export interface AlertMemory {
  /** Undefined while another batch has it; a turn that is not given back ends at `untilMs`. */
  takeTurn(destination: string, nowMs: number, untilMs: number): Promise<Turn | undefined>;
  told(destination: string, tenantId: string, alertId: string): Promise<Told | undefined>;
  /** Kept at least {@link TOLD_FOR_MS}: longer than a message can wait in queue and dead letters. */
  remember(destination: string, tenantId: string, alertId: string, told: Told, nowMs: number): Promise<void>;
}

export const TOLD_FOR_MS = 60 * 24 * 60 * 60 * 1_000;
