/** The metrics that the Lambdas count, in the Embedded Metric Format: names and what each means, written once for the
 * Lambdas, the books, alarms and the dashboard. All are counts. */

export const METRIC_NAMESPACE = 'AuditStream';

/** Of a queue's consumer; dimension `Queue`, the queue's name. */
export const CONSUMER_METRICS = {
  /** Messages that a batch brought: each delivery counts, the second of the same message too. */
  received: 'Received',
  /** Entries appended to the trail. */
  recorded: 'Recorded',
  /** Events that the trail had already, with the same content. */
  duplicates: 'Duplicates',
  /** Messages that the consumer put into the dead-letter queue, with the reason on them. */
  rejected: 'Rejected',
  /** Messages that will come again. */
  retried: 'Retried',
  /** Those of them that wait for a person: a key that is refused, an address that is gone. */
  misconfigured: 'Misconfigured',
  /** Dead letters that a person sent back to the queue, and that a person deleted. */
  replayed: 'Replayed',
  purged: 'Purged',
  /** Writes refused because this clock is too far off. */
  clockRefused: 'ClockRefused',
} as const;

/** Of `broadcast` and `fan-out`; dimension `Function`, the function's name. Connections, but for `refused`. */
export const BROADCAST_METRICS = {
  matched: 'Matched',
  sent: 'Sent',
  gone: 'Gone',
  throttled: 'Throttled',
  failed: 'Failed',
  /** Still under way at the deadline: the pull brings the event. */
  late: 'Late',
  /** Events of which nothing was pushed: not an event, not its producer's tenant, or no subscriptions to be had. */
  refused: 'Refused',
} as const;

/** Of the Lambdas of alerts; dimension `Function`. By what the detector calls them. */
export const ALERT_METRICS = {
  /** Events that at least one rule describes. */
  detect_matched: 'RuleMatched',
  /** Those that came too late for their window. */
  detect_too_late: 'RuleTooLate',
  /** Those that are told in the one summary of a rule that fires too often. */
  detect_summarized: 'RuleSummarized',
  alerts_fired: 'AlertsFired',
  alerts_resolved: 'AlertsResolved',
} as const;

export const QUEUE_DIMENSION = 'Queue';
export const FUNCTION_DIMENSION = 'Function';

/** Of the middleware in audited services; dimensions `Service` and `Environment`. Name → CloudWatch's unit. */
export const MIDDLEWARE_NAMESPACE = 'AuditStream/Middleware';
export const MIDDLEWARE_METRICS = {
  Duration: 'Milliseconds',
  /** The middleware's own part of it, before the response. */
  AuditOverhead: 'Milliseconds',
  /** The most that the process has held so far. */
  MemoryUsed: 'Megabytes',
  RemainingTime: 'Milliseconds',
  ColdStarts: 'Count',
  /** Outcome `error`: throws, 5xx, time-outs. */
  Errors: 'Count',
  /** Failures inside the middleware since the line before. */
  AuditFailures: 'Count',
} as const;
