/** What happened, as a person would say it, where the producer did not. */
import type { AuditEvent } from '../event/audit-event.ts';

export function sentenceOf({ message, actor, action, targets, outcome }: AuditEvent): string {
  if (message !== undefined) return message;
  const [target] = targets;
  const on = target ? ` on ${target.type} ${target.name ?? target.id}` : '';
  return `${actor.name ?? actor.id}: ${action}${on}, ${outcome}`;
}
