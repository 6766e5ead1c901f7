/** What the detector does for whoever runs it: a home's process, or a Lambda. */
import type { AlertRecord } from '../domain/alert/alert-record.ts';
import type { Consumer } from '../stream/ports.ts';

/** What a person does to an alert. */
export interface PersonAct {
  readonly kind: 'acknowledge' | 'resolve';
  readonly by: { readonly id: string; readonly name?: string };
}

export type PersonActResult =
  | { readonly kind: 'done'; readonly record: AlertRecord }
  /** It is so already: acknowledged, or over. */
  | { readonly kind: 'already'; readonly record: AlertRecord }
  | { readonly kind: 'unknown' };

/** Something of the system itself that is well or not: it fires an alert of the reserved tenant, and ends it. */
export interface PipelineCondition {
  /** What kind of trouble, the rule's id: `pipeline-dead-letters`. */
  readonly id: string;
  readonly name: string;
  /** What it is about: a destination, a queue. */
  readonly subject: string;
  readonly isBroken: boolean;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** One line. */
  readonly title: string;
  readonly message?: string;
  /** The article of docs/runbook.md. */
  readonly runbookUrl?: string;
  /** The destination that cannot be trusted to tell of it. */
  readonly notThrough?: string;
}

export interface Detector {
  /** Behind the queue of `detect`. */
  readonly consume: Consumer;
  /** What the clock has to do: ends, repeats, updates that waited, notices that were not published. Call it every second at
   * home, every minute in AWS. Answers how many states it dealt with; never throws for one of them. */
  tick(): Promise<number>;
  act(tenantId: string, alertId: string, act: PersonAct): Promise<PersonActResult>;
  /** Told with every look at the system: a condition that is not named is as it was. */
  pipeline(conditions: readonly PipelineCondition[]): Promise<void>;
}
