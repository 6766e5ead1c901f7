/** A rule in a file as a table: each field with its kind and limit, in the order in which people write them.
 * `rules/rule.schema.json` says the same to editors. */
import { RULE_KINDS } from '../alert/alert.ts';
import { SEVERITIES } from '../event/audit-event.ts';
import { listOf, mapOf, oneOf, whole } from '../event/field-kinds.ts';
import { isPlainObject, type Read } from '../event/reading.ts';
import {
  address,
  channels,
  distinct,
  fieldsOf,
  oneLine,
  type Pattern,
  path,
  pattern,
  prose,
  span,
  worded,
} from './field-kinds.ts';
import type { RuleKind } from './kind-options.ts';
import type { Rule, RuleTest } from './rule.ts';
import { template } from './template.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;

/** What the shape makes of a rule that is right as far as each field goes. */
export interface ReadRule
  extends Pick<
    Rule,
    'id' | 'name' | 'why' | 'severity' | 'title' | 'message' | 'channels' | 'labels' | 'owner'
  > {
  readonly kind: RuleKind;
  readonly pattern: Pattern;
  readonly count?: number;
  readonly window?: number;
  readonly field?: string;
  readonly learning?: number;
  readonly after?: number;
  readonly groupBy?: readonly string[];
  readonly runbook?: string;
  readonly resolve?: { readonly after?: number; readonly pattern?: Pattern };
  readonly repeat?: number;
  readonly merge?: number;
  readonly lateness?: number;
  readonly maxAlertsPerHour?: number;
  readonly tests?: readonly RuleTest[];
}

/** Those that begin with `pipeline-` are of the system itself. */
export const RULE_ID = /^(?!pipeline-)[a-z0-9][a-z0-9-]{0,63}$/;
const LABEL = /^(?!__proto__$)[A-Za-z0-9_][A-Za-z0-9_./-]{0,63}$/;

const labels: Read = (value, at) => {
  if (isPlainObject(value) && !Object.keys(value).every((key) => LABEL.test(key)))
    return at.note('must have keys of at most 64 letters, digits and _ . / -, got another; rename it');
  return mapOf(prose(256), 64)(value, at);
};

const event: Read = (value, at) =>
  isPlainObject(value) ? value : at.fault('must be an event, such as {action: user.login}', value);

/** A name with `!` is required. */
export const ruleShape: Read = fieldsOf(
  {
    'id!': worded(
      RULE_ID,
      'must be 1 to 64 small letters, digits and dashes, such as login-brute-force, and must not begin with pipeline-',
    ),
    'name!': oneLine(256),
    'why!': prose(2_048),
    'kind!': oneOf(RULE_KINDS),
    'pattern!': pattern,
    count: whole(1, 1_000),
    window: span(SECOND, 7 * DAY),
    field: path,
    learning: span(SECOND, 31 * DAY),
    after: span(SECOND, 31 * DAY),
    groupBy: distinct(listOf(path, { max: 16, over: 'refuse' })),
    'severity!': oneOf(SEVERITIES),
    'title!': template(oneLine(256)),
    message: template(prose(4_096)),
    channels,
    labels,
    owner: oneLine(256),
    runbook: address,
    resolve: fieldsOf({ after: span(SECOND, 31 * DAY), pattern }, 'how an alert ends'),
    repeat: span(SECOND, 31 * DAY),
    merge: span(SECOND, DAY),
    lateness: span(0, HOUR),
    maxAlertsPerHour: whole(1, 10_000),
    tests: listOf(
      fieldsOf({ 'name!': oneLine(256), 'expect!': oneOf(['match', 'no match']), 'event!': event }, 'a test'),
      { max: 200, over: 'refuse' },
    ),
  },
  'a rule',
);
