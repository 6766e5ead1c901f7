/** One event as one line for people. */
import type { AuditEvent, Outcome, Severity } from '../src/domain/event/audit-event.ts';
import { visibleLine } from '../src/domain/visible-text.ts';
import type { Color, Paint } from './terminal.ts';

const SEVERITY: Readonly<Record<Severity, Color>> = {
  info: 'gray',
  low: 'gray',
  medium: 'blue',
  high: 'yellow',
  critical: 'red',
};
const OUTCOME: Readonly<Record<Outcome, Color>> = {
  success: 'green',
  unknown: 'gray',
  failure: 'red',
  denied: 'red',
  error: 'red',
};

export function eventLine(
  { occurredAt, severity, outcome, action, actor, targets, context }: AuditEvent,
  paint: Paint,
): string {
  const [target] = targets;
  return [
    paint('gray', occurredAt.slice(11, 23)),
    paint(SEVERITY[severity], severity.padEnd(8)),
    paint(OUTCOME[outcome], outcome.padEnd(7)),
    paint('bold', visibleLine(action)),
    visibleLine(actor.name ?? actor.email ?? actor.id),
    ...(target
      ? [
          `→ ${visibleLine(target.type)} ${visibleLine(target.name ?? target.id)}${targets.length > 1 ? ` +${targets.length - 1}` : ''}`,
        ]
      : []),
    ...(context?.ip ? [paint('gray', visibleLine(context.ip))] : []),
  ].join('  ');
}
