/** The options by which letters are selected, read into a selection and written as a command again. */
import type { Selection } from '../../src/domain/dead-letters/selection.ts';
import { readSeconds } from '../command.ts';
import { readFilter } from '../read-filter.ts';

export const SELECTION_OPTIONS = {
  queue: { type: 'string' },
  reason: { type: 'string' },
  filter: { type: 'string' },
  older: { type: 'string' },
  newer: { type: 'string' },
  id: { type: 'string', multiple: true },
} as const;

export const SELECTION_HELP = `  --queue NAME           the trail is "record", a destination is named as it is configured
  --reason REASON        exactly this one, as list shows it
  --filter PATTERN       an event pattern over the audit event, as JSON
  --older SPAN           dead for so long at least: 90s, 10m, 2h, 1d
  --newer SPAN           dead for so long at most
  --id ID                a message's or an event's; may be given more than once`;

interface Given {
  readonly queue?: string | undefined;
  readonly reason?: string | undefined;
  readonly filter?: string | undefined;
  readonly older?: string | undefined;
  readonly newer?: string | undefined;
  readonly id?: readonly string[] | undefined;
}

export function readSelectionOptions({ queue, reason, filter, older, newer, id }: Given): Selection {
  return {
    ...(queue !== undefined && { queue }),
    ...(reason !== undefined && { reason }),
    ...(filter !== undefined && { pattern: readFilter(filter) }),
    ...(older !== undefined && { olderThanMs: readSeconds(older, 'older') * 1_000 }),
    ...(newer !== undefined && { newerThanMs: readSeconds(newer, 'newer') * 1_000 }),
    ...(id !== undefined && { ids: id }),
  };
}

/** The same command with these options more, for a shell. */
export function commandAgain(
  name: string,
  given: Readonly<Record<string, string | boolean | readonly string[] | undefined>>,
  more: Readonly<Record<string, string | true>>,
): string {
  const options = Object.entries({ ...given, ...more }).flatMap(([option, value]) => {
    if (value === undefined || value === false) return [];
    if (value === true) return [`--${option}`];
    return [value].flat().flatMap((one) => [`--${option}`, quoted(String(one))]);
  });
  return ['audit-stream dlq', name, ...options].join(' ');
}

function quoted(text: string): string {
  return /^[\w.:/@%+=,-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
