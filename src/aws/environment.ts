/** The names by which the stack tells its Lambdas where they are: written once, read by the construct and the Lambdas. */
export const ENVIRONMENT = {
  /** Connections and subscriptions. */
  connectionsTable: 'CONNECTIONS_TABLE',
  trailTable: 'TRAIL_TABLE',
  /** What is known of alerts. */
  alertsTable: 'ALERTS_TABLE',
  /** How long the trail keeps an entry, in days. */
  trailDays: 'TRAIL_DAYS',
  /** Where `@connections` is called: `https://<api>.execute-api.<region>.amazonaws.com/<stage>`. */
  managementEndpoint: 'MANAGEMENT_ENDPOINT',
  /** Where the system's own events go. */
  busName: 'BUS_NAME',
  /** OIDC issuer of viewers' tokens, exactly as they name it in `iss`. */
  issuer: 'ISSUER',
  audience: 'AUDIENCE',
  tenantClaim: 'TENANT_CLAIM',
  rolesClaim: 'ROLES_CLAIM',
  /** JSON list of browsers' origins. */
  allowedOrigins: 'ALLOWED_ORIGINS',
  /** JSON object: bus source → tenants that it may write into. Unset: any source is trusted. */
  producers: 'PRODUCERS',
  /** `source.environment` of the system's own events. */
  environment: 'ENVIRONMENT',
  /** JSON object: limits of the stream that differ from the defaults. */
  limits: 'LIMITS',
  /** Name of the Lambda that takes a chunk of a large fan-out. */
  fanOutFunction: 'FAN_OUT_FUNCTION',
  recordQueueUrl: 'RECORD_QUEUE_URL',
  recordDeadLetterQueueUrl: 'RECORD_DEAD_LETTER_QUEUE_URL',
  /** JSON object: consumer → name of its queue, whose redrive policy names its dead-letter queue. Names, because the URLs
   * of many would not fit: all are of the account and region of `recordQueueUrl`. */
  queueNames: 'QUEUE_NAMES',
  broadcastDeadLetterQueueUrl: 'BROADCAST_DEAD_LETTER_QUEUE_URL',
  journalDeadLetterQueueUrl: 'JOURNAL_DEAD_LETTER_QUEUE_URL',
  /** Name of the EventBridge rule that feeds the queue of `record`, for the books. */
  recordRuleName: 'RECORD_RULE_NAME',
  /** JSON: the destination that this Lambda delivers to, see `src/aws/deployed-destination.ts`. */
  destination: 'DESTINATION',
  queueUrl: 'QUEUE_URL',
  deadLetterQueueUrl: 'DEAD_LETTER_QUEUE_URL',
  /** What the names of this deployment's alarms begin with. */
  alarmPrefix: 'ALARM_PREFIX',
  /** Where the page is, for the links of alerts. */
  dashboardUrl: 'DASHBOARD_URL',
  /** JSON: where the secret of PagerDuty's webhook is. */
  pagerdutyWebhookSecret: 'PAGERDUTY_WEBHOOK_SECRET',
} as const;

export type EnvironmentName = (typeof ENVIRONMENT)[keyof typeof ENVIRONMENT];
