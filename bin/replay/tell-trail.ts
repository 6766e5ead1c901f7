/** Puts a replay on the record as the home does by itself: on the bus, as far as the AWS credentials may. CloudTrail has
 * who started it, beyond doubt; here it is what the machine says. */
import { AUDIT_EVENT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import type { Publish } from '../../src/stream/ports.ts';
import { asAuditEvent } from '../../src/stream/system-audit-event.ts';
import { whoRuns } from '../who.ts';
import type { Span } from './in-words.ts';

export async function tellTrail(
  action: 'archive.replay_started' | 'archive.replayed',
  { name, sink = '', fromMs, toMs, filter }: Span & { readonly name: string; readonly filter?: object },
  deps: { readonly publish: Publish; readonly now: () => number; readonly warn: (line: string) => void },
): Promise<void> {
  const subject = whoRuns();
  const metadata = {
    replay: name,
    sink,
    from: new Date(fromMs).toISOString(),
    to: new Date(toMs).toISOString(),
    ...(filter && { filter: JSON.stringify(filter).slice(0, 256) }),
  };
  const made = { id: crypto.randomUUID(), nowMs: deps.now(), environment: 'default' };
  const detail = asAuditEvent({ action, cause: subject, subject, metadata }, 0, made);
  const entry = { source: SYSTEM_SOURCE, detailType: AUDIT_EVENT, detail, time: detail.occurredAt };
  const [outcome] = await deps.publish([entry]);
  if (outcome?.kind !== 'accepted')
    deps.warn(`${action} is not on the trail (${outcome?.code ?? 'no outcome'}); CloudTrail has the replay.`);
}
