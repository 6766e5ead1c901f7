/** An event in one sentence, for people. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

const DID: Readonly<Record<AuditEvent['activity'], string>> = {
  create: 'created',
  read: 'read',
  update: 'updated',
  delete: 'deleted',
  login: 'logged in',
  logout: 'logged out',
  grant: 'granted',
  revoke: 'revoked',
  enable: 'enabled',
  disable: 'disabled',
  execute: 'ran',
  export: 'exported',
  import: 'imported',
  share: 'shared',
  other: 'did',
};
const TRIED: Readonly<Record<AuditEvent['activity'], string>> = {
  create: 'create',
  read: 'read',
  update: 'update',
  delete: 'delete',
  login: 'log in',
  logout: 'log out',
  grant: 'grant',
  revoke: 'revoke',
  enable: 'enable',
  disable: 'disable',
  execute: 'run',
  export: 'export',
  import: 'import',
  share: 'share',
  other: 'do',
};

export function summaryOf({
  actor,
  activity,
  outcome,
  targets,
  context,
  action,
  reason,
}: AuditEvent): string {
  const who = actor.name ?? actor.email ?? (actor.id || 'Somebody');
  const ok = outcome === 'success' || outcome === 'unknown';
  const of = activity === 'other' && targets.length > 0 ? ` ${action} on` : '';
  const did = ok ? DID[activity] : `tried to ${TRIED[activity]}`;
  const what =
    targets.length > 0
      ? ` ${targets
          .slice(0, 2)
          .map(({ type, name, id }) => `${type.replaceAll('_', ' ')} ${name ?? id}`)
          .join(' and ')}${targets.length > 2 ? ` and ${targets.length - 2} more` : ''}`
      : activity === 'login' || activity === 'logout'
        ? ''
        : ` ${action}`;
  const where = context?.ip
    ? ` from ${context.ip}${context.geo?.country ? ` (${context.geo.country})` : ''}`
    : '';
  const end =
    outcome === 'denied'
      ? ', and was denied'
      : outcome === 'failure'
        ? ', and failed'
        : outcome === 'error'
          ? ', and an error stopped it'
          : '';
  const why = !ok && (reason?.message ?? reason?.code) ? `: ${reason?.message ?? reason?.code}` : '';
  return `${who}${actor.onBehalfOf ? ` (for ${actor.onBehalfOf.name ?? actor.onBehalfOf.id})` : ''} ${did}${of}${what}${where}${end}${why}`;
}
