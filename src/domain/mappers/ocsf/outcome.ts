/** How it ended and how much it matters; a denial in the attributes of the profile `security_control`.
 * https://schema.ocsf.io/1.8.0/profiles/security_control */
import type { AuditEvent, Outcome, Severity } from '../../event/audit-event.ts';
import { present } from '../present.ts';

const SEVERITIES: Readonly<Record<Severity, { readonly severity_id: number; readonly severity: string }>> = {
  info: { severity_id: 1, severity: 'Informational' },
  low: { severity_id: 2, severity: 'Low' },
  medium: { severity_id: 3, severity: 'Medium' },
  high: { severity_id: 4, severity: 'High' },
  critical: { severity_id: 5, severity: 'Critical' },
};

const FAILURE = { status_id: 2, status: 'Failure' };
const STATUSES: Readonly<Record<Outcome, { readonly status_id: number; readonly status: string }>> = {
  success: { status_id: 1, status: 'Success' },
  failure: FAILURE,
  denied: FAILURE,
  error: FAILURE,
  unknown: { status_id: 0, status: 'Unknown' },
};

const DENIED = { action_id: 2, action: 'Denied', disposition_id: 2, disposition: 'Blocked' };
const DECISIONS: Partial<Readonly<Record<Outcome, string>>> = { denied: 'denied', success: 'allowed' };

/** `status` is the caption of its id: OCSF leaves it to the source only for the id 99. */
export function outcomeOf({ severity, outcome, reason, error }: AuditEvent) {
  const policyId = reason?.policyId;
  return {
    attributes: {
      ...SEVERITIES[severity],
      ...STATUSES[outcome],
      ...present({
        status_code: reason?.code ?? error?.code,
        status_detail: reason?.message ?? error?.message,
      }),
      ...(outcome === 'denied' && DENIED),
      ...(policyId !== undefined && {
        authorizations: [{ policy: { uid: policyId }, ...present({ decision: DECISIONS[outcome] }) }],
      }),
    },
    isControlled: outcome === 'denied' || policyId !== undefined,
  };
}
