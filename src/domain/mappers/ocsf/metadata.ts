/** What is known of the event itself. https://schema.ocsf.io/1.8.0/objects/metadata */
import type { AuditEvent, Privacy } from '../../event/audit-event.ts';
import { present, some } from '../present.ts';

export const OCSF_VERSION = '1.8.0';

/** https://schema.ocsf.io/1.8.0/objects/data_classification */
const CONFIDENTIALITY: Readonly<
  Record<
    NonNullable<Privacy['classification']>,
    { readonly confidentiality_id: number; readonly confidentiality: string }
  >
> = {
  public: { confidentiality_id: 1, confidentiality: 'Not Confidential' },
  internal: { confidentiality_id: 99, confidentiality: 'internal' },
  confidential: { confidentiality_id: 2, confidentiality: 'Confidential' },
  restricted: { confidentiality_id: 6, confidentiality: 'Restricted' },
};

/** `profiles` are those of which the document has attributes. */
export function metadataOf(event: AuditEvent, profiles: readonly string[]): Record<string, unknown> {
  const { source, context, privacy, labels = {} } = event;
  const { classification } = privacy ?? {};
  const tags = Object.entries(labels).map(([name, value]) => ({ name, value }));
  return present<unknown>({
    version: OCSF_VERSION,
    profiles: profiles.length > 0 ? profiles : undefined,
    uid: event.id,
    original_event_uid: event.idempotencyKey,
    correlation_uid: context?.correlationId,
    tenant_uid: event.tenantId,
    event_code: event.action,
    logged_time: Date.parse(event.recordedAt),
    log_provider: 'audit-stream',
    log_version: event.schemaVersion,
    product: present<unknown>({
      name: source.service,
      version: source.version,
      feature: source.component === undefined ? undefined : { name: source.component },
    }),
    tags: tags.length > 0 ? tags : undefined,
    is_truncated: privacy?.truncatedPaths?.length ? true : undefined,
    data_classifications: classification && [CONFIDENTIALITY[classification]],
  });
}

export function unmappedPrivacy({ privacy }: AuditEvent): Record<string, unknown> | undefined {
  if (privacy === undefined) return undefined;
  const { classification: _said, ...rest } = privacy;
  return some(rest);
}
