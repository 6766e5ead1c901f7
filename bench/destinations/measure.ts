/** One contender in a process of its own. `node measure.ts <bundle> <url> <corpus> <batch> <batches>` */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { MakeBring } from './contender.ts';

const [, , bundle = '', url = '', corpus = '', size = '500', batches = '1'] = process.argv;
const events = readFileSync(corpus, 'utf8').trimEnd().split('\n');
let at = 0;
/** Parsed anew, as a queue's messages are. */
const nextBatch = (): readonly AuditEvent[] =>
  Array.from({ length: Number(size) }, () => JSON.parse(events[at++ % events.length] as string));

const beganMs = performance.now();
const { make } = createRequire(import.meta.url)(bundle) as { make: MakeBring };
const bring = make(url);
const loadMs = performance.now() - beganMs;
const firstMs = performance.now();
await bring(nextBatch());
const firstBatchMs = performance.now() - firstMs;
for (let i = 0; i < Number(batches) / 4; i++) await bring(nextBatch());

let tookMs = 0;
let cpuUs = 0;
for (let i = 0; i < Number(batches); i++) {
  const batch = nextBatch();
  const before = process.cpuUsage();
  const startedMs = performance.now();
  await bring(batch);
  tookMs += performance.now() - startedMs;
  const { user, system } = process.cpuUsage(before);
  cpuUs += user + system;
}
const count = Number(batches) * Number(size);
process.send?.({
  loadMs,
  firstBatchMs,
  eventsPerSecond: (count / tookMs) * 1_000,
  cpuMsPer1000: cpuUs / count,
  sent: at,
});
process.disconnect?.();
process.exit();
