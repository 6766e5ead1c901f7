/** Puts notices on the bus that are safe in their states, and strikes them from there. A crash between the two publishes a
 * notice again under its own id: whoever has it knows it. */
import type { Alert } from '../domain/alert/alert.ts';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../domain/bus-event.ts';
import { causeOf, type Log } from '../stream/log.ts';
import type { Publish } from '../stream/ports.ts';

export interface PublishDeps {
  readonly publish: Publish;
  readonly log: Log;
}

/** The ids of those that the bus took; never rejects: what it did not take waits in its state. */
export async function publishNotices(
  notices: readonly Alert[],
  { publish, log }: PublishDeps,
): Promise<ReadonlySet<string>> {
  const taken = new Set<string>();
  for (let at = 0; at < notices.length; at += AT_ONCE) {
    const some = notices.slice(at, at + AT_ONCE);
    try {
      const outcomes = await publish(
        some.map((detail) => ({
          source: SYSTEM_SOURCE,
          detailType: AUDIT_ALERT,
          detail,
          time: detail.occurredAt,
        })),
      );
      for (const [i, outcome] of outcomes.entries()) {
        const { id } = some[i] as Alert;
        if (outcome.kind === 'accepted') taken.add(id);
        else log('error', 'a notice was not published', { id, code: outcome.code });
      }
    } catch (error) {
      log('error', 'notices were not published', { count: some.length, cause: causeOf(error) });
    }
  }
  return taken;
}

const AT_ONCE = 100;
