/** The name of an audited service: `source.service` of its records, and `audit.<service>` as their source on the bus. */
const SERVICE = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

export const SERVICE_NAME_FORM = 'a name as "billing" (letters, digits, . _ -)';

export function isServiceName(value: unknown): value is string {
  return typeof value === 'string' && SERVICE.test(value);
}

export function busSourceOf(service: string): string {
  return `audit.${service}`;
}
