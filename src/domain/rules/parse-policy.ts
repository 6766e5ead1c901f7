/** Makes the policy of what `policy.yaml` says: routes, inhibitions, maintenance. What is wrong does not lose the rest. */
import { flag, listOf, oneOf, timestamp } from '../event/field-kinds.ts';
import { isPlainObject, type Read, type Reading } from '../event/reading.ts';
import type { AlertPolicy, Inhibition, MaintenanceTimes, MaintenanceWindow, Route } from './alert-policy.ts';
import {
  channels,
  distinct,
  fieldsOf,
  inside,
  oneLine,
  type Pattern,
  path,
  pattern,
  worded,
} from './field-kinds.ts';

/** The fields of a policy, by which one is told from a rule. */
export const POLICY_FIELDS = ['routes', 'inhibitions', 'maintenance', 'severityInhibition'] as const;

/** Those parts that are right; `at` has every fault. */
export function parsePolicy(value: unknown, at: Reading): AlertPolicy {
  if (isPlainObject(value) && Object.keys(value).length === 0)
    at.note(`says nothing; write ${POLICY_FIELDS.join(', ')}, or delete the file`);
  const read = (policyShape(value, at) ?? {}) as Partial<AlertPolicy>;
  const { routes = [], inhibitions = [], maintenance = [], severityInhibition } = read;
  return {
    routes,
    inhibitions,
    maintenance,
    ...(severityInhibition !== undefined && { severityInhibition }),
  };
}

/** With parts that are unlike by name, because people and notices name them so; one that has a fault is left out. */
function parts(read: Read): Read {
  return (value, at) => {
    const names = new Set<string>();
    const part: Read = (element, at) => {
      const before = at.issues.length;
      const made = read(element, at) as { readonly name: string } | undefined;
      if (made === undefined || at.issues.length > before) return undefined;
      if (names.has(made.name)) return inside('name', at, () => at.note('is taken by one before; rename it'));
      names.add(made.name);
      return made;
    };
    return listOf(part, { max: 500, over: 'refuse' })(value, at);
  };
}

const name = oneLine(128);

const routeShape = fieldsOf(
  { 'name!': name, 'match!': pattern, 'channels!': channels, goOn: flag },
  'a route',
);
const route: Read = (value, at) => {
  const read = routeShape(value, at) as Partial<ReadRoute> | undefined;
  const { name, match, channels, goOn = false } = read ?? {};
  if (name === undefined || match === undefined || channels === undefined) return undefined;
  return { name, match: match.pattern, filter: match.filter, channels, goesOn: goOn } satisfies Route;
};

interface ReadRoute {
  readonly name: string;
  readonly match: Pattern;
  readonly channels: readonly string[];
  readonly goOn: boolean;
}

const inhibitionShape = fieldsOf(
  {
    'name!': name,
    'by!': pattern,
    'what!': pattern,
    equal: distinct(listOf(path, { max: 16, over: 'refuse' })),
  },
  'an inhibition',
);
const inhibition: Read = (value, at) => {
  const read = inhibitionShape(value, at) as Partial<ReadInhibition> | undefined;
  const { name, by, what, equal = [] } = read ?? {};
  if (name === undefined || by === undefined || what === undefined) return undefined;
  return { name, by: by.filter, what: what.filter, equal } satisfies Inhibition;
};

interface ReadInhibition {
  readonly name: string;
  readonly by: Pattern;
  readonly what: Pattern;
  readonly equal: readonly string[];
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const CLOCK = /^([01]\d|2[0-3]):[0-5]\d$/;
const clock = worded(CLOCK, 'must be a time such as "22:30", in quotes');
const timeZone: Read = (value, at) => {
  try {
    if (typeof value === 'string' && /^[A-Za-z]/.test(value))
      return new Intl.DateTimeFormat('en', { timeZone: value }) && value;
  } catch {}
  return at.fault('must be an IANA time zone such as Europe/Berlin', value);
};
const days: Read = (value, at) =>
  Array.isArray(value) && value.length === 0
    ? at.fault('must name a day', value)
    : distinct(listOf(oneOf(DAYS), { max: 7, over: 'refuse' }))(value, at);

interface ReadWeekly {
  readonly days: readonly string[];
  readonly from: string;
  readonly until: string;
  readonly timeZone?: string;
}

const maintenanceShape = fieldsOf(
  {
    'name!': name,
    'match!': pattern,
    from: timestamp,
    until: timestamp,
    weekly: fieldsOf({ 'days!': days, 'from!': clock, 'until!': clock, timeZone }, 'a weekly time'),
  },
  'planned work',
);
const maintenance: Read = (value, at) => {
  const before = at.issues.length;
  const read = maintenanceShape(value, at) as Partial<ReadMaintenance> | undefined;
  if (read?.name === undefined || read.match === undefined || at.issues.length > before) return undefined;
  const times = timesOf(read, at);
  if (times === undefined) return undefined;
  const { name, match } = read;
  return { name, match: match.pattern, filter: match.filter, times } satisfies MaintenanceWindow;
};

interface ReadMaintenance {
  readonly name: string;
  readonly match: Pattern;
  readonly from: string;
  readonly until: string;
  readonly weekly: ReadWeekly;
}

function timesOf(
  { from, until, weekly }: Partial<ReadMaintenance>,
  at: Reading,
): MaintenanceTimes | undefined {
  if (weekly !== undefined) {
    if (from !== undefined || until !== undefined)
      return at.note('has both from or until and weekly; take one out');
    return {
      kind: 'weekly',
      days: weekly.days.map((day) => DAYS.indexOf(day)),
      fromMinute: minutes(weekly.from),
      untilMinute: minutes(weekly.until),
      timeZone: weekly.timeZone ?? 'UTC',
    };
  }
  if (from === undefined || until === undefined)
    return at.note('says no time; write from and until, or weekly');
  const [fromMs, untilMs] = [Date.parse(from), Date.parse(until)];
  if (untilMs <= fromMs) return inside('until', at, () => at.note('must be after from, got one before'));
  return { kind: 'once', fromMs, untilMs };
}

function minutes(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3));
}

const policyShape = fieldsOf(
  {
    routes: parts(route),
    inhibitions: parts(inhibition),
    maintenance: parts(maintenance),
    severityInhibition: flag,
  },
  'a policy',
);
