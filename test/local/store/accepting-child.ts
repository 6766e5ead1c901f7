/** Run as a process: accepts and records until it is killed; prints each id once it is acknowledged. */
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { openStore } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';

const [dataDir = '', prefix = ''] = process.argv.slice(2);
const store = openStore({ dataDir });
store.consume('record', async (messages) => {
  await store.trail.append(
    messages.map(({ event, acceptedAtMs }) => ({
      event: event.detail as AuditEvent,
      kind: 'event',
      acceptedAtMs,
    })),
  );
  return messages.map(() => ({ kind: 'delivered' }));
});

for (let i = 0; ; i += 3) {
  const ids = [i, i + 1, i + 2].map((n) => `${prefix}-${n}`);
  const outcomes = await Promise.all(ids.map((id) => store.accept([acceptable({ id })])));
  ids.forEach((id, n) => {
    if (outcomes[n]?.[0]?.kind === 'accepted') process.stdout.write(`${id}\n`);
  });
}
