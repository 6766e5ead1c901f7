/** Where it came from, where it ran, and within which trace. */
import type { AuditEvent, Source } from '../../event/audit-event.ts';
import { present, some } from '../present.ts';
import type { OcsfClass } from './ocsf-class.ts';

/** https://schema.ocsf.io/1.8.0/objects/network_endpoint. Without an address it is the calling service, or else the one
 * that was called: an endpoint must be named. */
export function srcEndpointOf(
  { context, actor, source }: AuditEvent,
  { srcEndpoint }: OcsfClass,
): Record<string, unknown> | undefined {
  const { ip, ips, geo } = context ?? {};
  const between = ips?.filter((address) => address !== ip);
  const where = some({
    ip,
    intermediate_ips: between?.length ? between : undefined,
    location: geo && some({ city: geo.city, region: geo.region, country: geo.country }),
  });
  if (where === undefined && srcEndpoint === 'if_known') return undefined;
  const caller = actor.type === 'service' ? (actor.name ?? actor.id) : source.service;
  return ip === undefined ? { ...where, svc_name: caller } : where;
}

/** https://schema.ocsf.io/1.8.0/objects/cloud. Which provider it is must be said, and is known by an AWS account's twelve
 * digits alone. */
export function cloudOf({ accountId, region }: Source): Record<string, unknown> | undefined {
  if (accountId === undefined || !/^\d{12}$/.test(accountId)) return undefined;
  return present<unknown>({
    provider: 'AWS',
    account: { uid: accountId, type_id: 10, type: 'AWS Account' },
    region,
  });
}

/** https://schema.ocsf.io/1.8.0/objects/trace */
export function traceOf(
  { context }: AuditEvent,
  { hasTrace }: OcsfClass,
): Record<string, unknown> | undefined {
  return hasTrace && context?.traceId !== undefined ? { uid: context.traceId } : undefined;
}

/** A span's start and end are required, and an event does not know those of its caller's. */
export function unmappedContext({ context }: AuditEvent, hasTrace: boolean) {
  return some({
    traceId: hasTrace ? undefined : context?.traceId,
    spanId: context?.spanId,
    causationId: context?.causationId,
  });
}

export function unmappedSource(source: Source, { hasCloud, hasApi }: { hasCloud: boolean; hasApi: boolean }) {
  const { service: _service, version: _version, component: _component, ...rest } = source;
  const { region, accountId, requestId, ...always } = rest;
  return present<unknown>({
    ...always,
    ...(!hasCloud && { region, accountId }),
    ...(!hasApi && { requestId }),
  });
}
