/** The audited service. https://schema.ocsf.io/1.8.0/objects/service */
import type { Source } from '../../event/audit-event.ts';
import { present } from '../present.ts';

export function serviceOf({ service, version }: Source): Record<string, unknown> {
  return present({ name: service, version });
}
