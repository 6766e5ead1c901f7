/** All real records, parsed. */
import { readFileSync } from 'node:fs';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';

export const CORPUS = readFileSync(new URL('../../data/corpus/events.ndjson', import.meta.url), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => parseAuditEvent(JSON.parse(line)));
