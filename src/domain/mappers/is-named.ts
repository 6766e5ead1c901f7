/** Whether an actor is somebody in particular. */
import type { Actor } from '../event/audit-event.ts';

export function isNamed({ type }: Actor): boolean {
  return type !== 'anonymous' && type !== 'unknown';
}
