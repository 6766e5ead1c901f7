/** What a refused event answers: every fault at once, so that a producer repairs it in one go. */

export interface Issue {
  /** Where in the event, for example `targets[0].id`; empty for the event itself. */
  readonly path: string;
  /** What must be there, the kind of value found, and the remedy. Never the value. */
  readonly message: string;
}

/** Thrown by `parseAuditEvent`, and the only thing it throws. */
export class AuditEventError extends Error {
  override readonly name = 'AuditEventError';
  readonly issues: readonly Issue[];

  constructor(issues: readonly Issue[], options?: ErrorOptions) {
    super(issues.map(({ path, message }) => `${path || 'event'}: ${message}`).join('; '), options);
    this.issues = issues;
  }
}
