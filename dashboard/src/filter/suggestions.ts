/** Values that were seen, the most frequent first, for the filter boxes. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export type SuggestedField = 'action' | 'actor' | 'target';

const MAX_VALUES = 1000;
const SHOWN = 30;

export class Suggestions {
  readonly #counts: Readonly<Record<SuggestedField, Map<string, number>>> = {
    action: new Map(),
    actor: new Map(),
    target: new Map(),
  };

  see({ action, actor, targets }: AuditEvent): void {
    count(this.#counts.action, action);
    count(this.#counts.actor, actor.name ?? actor.email ?? actor.id);
    for (const { id, name } of targets.slice(0, 5)) count(this.#counts.target, name ?? id);
  }

  /** Those that contain what was typed. */
  for(field: SuggestedField, typed: string): readonly string[] {
    const part = typed.trim().toLowerCase();
    return [...this.#counts[field]]
      .filter(([value]) => value.toLowerCase().includes(part))
      .sort(([, a], [, b]) => b - a)
      .slice(0, SHOWN)
      .map(([value]) => value);
  }
}

/** Keeps the latest seen: a value seen again moves to the young end. */
function count(counts: Map<string, number>, value: string): void {
  const seen = counts.get(value) ?? 0;
  counts.delete(value);
  counts.set(value, seen + 1);
  const oldest = counts.size > MAX_VALUES ? counts.keys().next().value : undefined;
  if (oldest !== undefined) counts.delete(oldest);
}
