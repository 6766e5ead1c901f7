/** A destination as a team configures it: a sink, where and with which key, what it gets, and how fast. */
import { PAGE_CHANNEL } from '../domain/alert/alert.ts';
import { AUDIT_ALERT, AUDIT_EVENT } from '../domain/bus-event.ts';
import { FilterError, parseFilter } from '../domain/filter/index.ts';
import { isObject, kindOf } from '../domain/protocol/fields.ts';
import { fenced } from '../domain/replay-fence.ts';
import { JOURNAL, type QueuedRoute, TOPOLOGY } from '../domain/topology.ts';
import { mayBeOmitted, omitWanted } from './omit.ts';
import { flag, type OptionShape, optionalNumber, readOptions, type SecretRef } from './options.ts';
import { SINKS, sinkNamed } from './registry.ts';
import type { Sink } from './sink.ts';

export interface Destination {
  /** Its queue, its metrics and its alarms bear it. */
  readonly name: string;
  readonly sink: Sink;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly secrets: Readonly<Record<string, SecretRef>>;
  /** Fields of the event that it does not get. */
  readonly omit: readonly string[];
  readonly maxConcurrency: number;
  readonly route: QueuedRoute;
}

/** What every destination can be told, whatever its sink. */
const commonOptions = (takes: Sink['takes']): OptionShape => ({
  sink: {
    kind: 'choice',
    doc: 'What kind of destination it is. Default: as it is named.',
    wanted: SINK_WANTED,
    isRight: (value) => typeof value === 'string' && sinkNamed(value) !== undefined,
    optional: true,
  },
  enabled: flag('False keeps the settings and sends nothing; its queue goes with it.', true),
  filter: {
    kind: 'text',
    doc: `Which ${takes} it gets: an event pattern (docs/filters.md). Default: all.`,
    wanted: 'must be an event pattern such as {"severity": ["high", "critical"]}',
    isRight: isObject,
    optional: true,
  },
  omit: {
    kind: 'list',
    doc: 'Fields that it does not get, such as "http.request" or "actor.email".',
    wanted: omitWanted(takes),
    isRight: (value) => Array.isArray(value) && value.every((path) => mayBeOmitted(path, takes)),
    fallback: [],
  },
  batchSize: optionalNumber('Messages handed over at once.', { from: 1, to: 10_000 }),
  batchWindowMs: optionalNumber('How long a batch may wait to fill, in milliseconds.', {
    from: 0,
    to: 300_000,
  }),
  maxConcurrency: {
    ...optionalNumber('Batches under way at once. Lambda takes 2 or more.', { from: 2, to: 1_000 }),
    // Alerts are told one at a time.
    fallback: takes === 'alerts' ? 2 : 5,
  },
});

const SINK_WANTED = `must be one of ${Object.keys(SINKS).join(', ')}`;

/** Reads the object of destinations, name by name.
 * @returns those that are right and enabled; each fault is noted with its path, the value's kind and what to write. */
export function readDestinations(value: unknown, path: string, faults: string[]): readonly Destination[] {
  if (!isObject(value)) {
    faults.push(`${path}: must be an object of destinations by name, got ${kindOf(value)}`);
    return [];
  }
  return Object.entries(value).flatMap(([name, given]) => {
    const before = faults.length;
    const read = readDestination(name, given, `${path}.${name.slice(0, 40)}`, faults);
    return read && faults.length === before ? [read] : [];
  });
}

function readDestination(
  name: string,
  given: unknown,
  path: string,
  faults: string[],
): Destination | undefined {
  const fault = (wanted: string) => void faults.push(`${path}: ${wanted}`);
  if (!NAME.test(name) || Object.hasOwn(TOPOLOGY, name) || name === JOURNAL || name === PAGE_CHANNEL)
    return fault(
      'must be named in 1 to 40 small letters, digits and dashes, and not as a part of the system',
    );
  if (!isObject(given)) return fault(`must be an object of options, got ${kindOf(given)}`);
  const sink = sinkNamed(String(given.sink ?? name));
  if (!sink) return fault(`sink ${SINK_WANTED}`);
  const all = readOptions({ ...commonOptions(sink.takes), ...sink.options }, given, path, faults);
  const together = sink.fault?.(given);
  if (together !== undefined) fault(together);
  const filter = all.filter as Readonly<Record<string, unknown>> | undefined;
  checkFilter(filter, `${path}.filter`, faults);
  if (all.enabled === false) return undefined;
  const own = Object.keys(sink.options).filter((option) => Object.hasOwn(all, option));
  const isSecret = (option: string) => sink.options[option]?.kind === 'secret';
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((option) => [option, all[option]]));
  return {
    name,
    sink,
    settings: pick(own.filter((option) => !isSecret(option))),
    secrets: pick(own.filter(isSecret)) as Record<string, SecretRef>,
    omit: all.omit as readonly string[],
    maxConcurrency: all.maxConcurrency as number,
    route: {
      name,
      delivery: 'queue',
      pattern: fenced(
        {
          'detail-type': [sink.takes === 'alerts' ? AUDIT_ALERT : AUDIT_EVENT],
          ...detailOf(filter, sink.takes, name),
        },
        name,
      ),
      batchSize: (all.batchSize as number | undefined) ?? sink.batch.size,
      batchWindowMs: (all.batchWindowMs as number | undefined) ?? sink.batch.windowMs,
      visibilityMs: VISIBILITY_MS,
      maxReceives: MAX_RECEIVES,
      patienceMs: PATIENCE_MS,
      ...(sink.redatesAfterMs !== undefined && { redatesAfterMs: sink.redatesAfterMs }),
      retentionDays: 4,
      deadLetterRetentionDays: 14,
    },
  };
}

/** A notice names the destinations that are to tell of it, or none for all. */
function detailOf(
  filter: Readonly<Record<string, unknown>> | undefined,
  takes: Sink['takes'],
  name: string,
): { readonly detail?: Readonly<Record<string, unknown>> } {
  if (takes === 'alerts') return { detail: { ...filter, channels: [name, { exists: false }] } };
  return filter && Object.keys(filter).length > 0 ? { detail: filter } : {};
}

function checkFilter(filter: unknown, path: string, faults: string[]): void {
  if (filter === undefined || !isObject(filter)) return;
  try {
    if (Object.keys(filter).length > 0) parseFilter(filter);
  } catch (error) {
    if (!(error instanceof FilterError)) throw error;
    faults.push(`${path}${error.path === '' ? '' : `.${error.path}`}: ${error.message}`);
  }
}

const NAME = /^[a-z][a-z0-9-]{0,39}$/;
/** For one batch: vendor calls, and what is left to settle it. */
const VISIBILITY_MS = 60_000;
/** A net for a consumer that dies without a word; outages are counted by time. */
const MAX_RECEIVES = 20;
/** A destination that is down for a long weekend gets everything when it is back. */
const PATIENCE_MS = 3 * 24 * 60 * 60 * 1_000;
