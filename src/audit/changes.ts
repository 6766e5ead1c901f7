/** What changed between two states, in the audit event's own words. */
import microdiff from 'microdiff';
import type { Change } from '../domain/event/audit-event.ts';
import { spell } from '../domain/event/reading.ts';

const OPS = { CREATE: 'add', REMOVE: 'remove', CHANGE: 'replace' } as const;

/** `undefined` or `null` on one side is a thing that was made, or is gone. Paths are as `address.lines[0]`. */
export function changesOf(
  before: object | null | undefined,
  after: object | null | undefined,
): readonly Change[] {
  return microdiff(plain(before), plain(after)).map((difference) => ({
    path: spell(difference.path),
    op: OPS[difference.type],
    ...('oldValue' in difference && { before: difference.oldValue as unknown }),
    ...('value' in difference && { after: difference.value as unknown }),
  }));
}

/** As JSON has it: dates are texts, and what JSON leaves out is not there. */
function plain(state: object | null | undefined): Record<string, unknown> {
  return state === null || state === undefined ? {} : JSON.parse(JSON.stringify(state));
}
