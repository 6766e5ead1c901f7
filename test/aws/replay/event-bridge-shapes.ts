/** What EventBridge takes for each operation that a replay needs: members, lengths and forms, from its API reference.
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_Operations.html */

/** Undefined when the value is right. */
type Check = (value: unknown) => string | undefined;
type Members = Readonly<Record<string, { readonly check: Check; readonly isRequired: boolean }>>;

const text =
  (most: number, form: RegExp = /^[\s\S]*$/, least = 1): Check =>
  (value) => {
    if (typeof value !== 'string') return 'is no string';
    if (value.length < least || value.length > most) return `must have length between ${least} and ${most}`;
    return form.test(value) ? undefined : `must satisfy regular expression pattern: ${form.source}`;
  };
const number: Check = (value) => (typeof value === 'number' ? undefined : 'is no number');
const list =
  (of: Check, least: number, most: number): Check =>
  (value) => {
    if (!Array.isArray(value)) return 'is no list';
    if (value.length < least || value.length > most) return `must have ${least} to ${most} members`;
    return value.map(of).find((fault) => fault !== undefined);
  };
const object =
  (members: Members): Check =>
  (value) =>
    typeof value === 'object' && value !== null
      ? faultIn(members, value as Record<string, unknown>)
      : 'is no object';
const must = (check: Check) => ({ check, isRequired: true });
const may = (check: Check) => ({ check, isRequired: false });

const NAME = /^[.\-_A-Za-z0-9]+$/;
const ruleName = text(64, NAME);
const replayName = text(64, NAME);
const archiveName = text(48, NAME);
const busName = text(
  1_600,
  /^(arn:aws[\w-]*:events:[a-z]+-[a-z]+-[\w-]+:[0-9]{12}:event-bus\/)?[/.\-_A-Za-z0-9]+$/,
);
const arn = text(1_600, /^arn:aws([a-z]|-)*:events:([a-z]|\d|-)*:([0-9]{12})?:.+\/.+$/);
const token = text(2_048);
const limit = number;

export const OPERATIONS: Readonly<Record<string, Members>> = {
  DescribeEventBus: { Name: may(busName) },
  ListArchives: {
    NamePrefix: may(archiveName),
    EventSourceArn: may(arn),
    State: may(text(20)),
    NextToken: may(token),
    Limit: may(limit),
  },
  DescribeArchive: { ArchiveName: must(archiveName) },
  ListRules: {
    NamePrefix: may(ruleName),
    EventBusName: may(busName),
    NextToken: may(token),
    Limit: may(limit),
  },
  ListTargetsByRule: {
    Rule: must(ruleName),
    EventBusName: may(busName),
    NextToken: may(token),
    Limit: may(limit),
  },
  PutRule: {
    Name: must(ruleName),
    EventPattern: may(text(4_096)),
    State: may(text(60, /^(ENABLED|DISABLED|ENABLED_WITH_ALL_CLOUDTRAIL_MANAGEMENT_EVENTS)$/)),
    Description: may(text(512, /^[\s\S]*$/, 0)),
    EventBusName: may(busName),
  },
  PutTargets: {
    Rule: must(ruleName),
    EventBusName: may(busName),
    Targets: must(
      list(
        object({
          Id: must(text(64, NAME)),
          Arn: must(text(1_600)),
          DeadLetterConfig: may(object({ Arn: may(text(1_600)) })),
        }),
        1,
        100,
      ),
    ),
  },
  RemoveTargets: {
    Rule: must(ruleName),
    EventBusName: may(busName),
    Ids: must(list(text(64, NAME), 1, 100)),
  },
  DeleteRule: { Name: must(ruleName), EventBusName: may(busName) },
  StartReplay: {
    ReplayName: must(replayName),
    Description: may(text(512, /^.*$/, 0)),
    EventSourceArn: must(arn),
    EventStartTime: must(number),
    EventEndTime: must(number),
    Destination: must(object({ Arn: must(arn), FilterArns: may(list(arn, 0, 100)) })),
  },
  DescribeReplay: { ReplayName: must(replayName) },
  CancelReplay: { ReplayName: must(replayName) },
  PutEvents: {
    Entries: must(
      list(
        object({
          Time: may(number),
          Source: may(text(256)),
          DetailType: may(text(128)),
          Detail: may(text(1_000_000)),
          EventBusName: may(busName),
        }),
        1,
        10,
      ),
    ),
  },
};

/** The first fault of an input, with its member; also a member that AWS does not know. */
export function faultIn(members: Members, input: Readonly<Record<string, unknown>>): string | undefined {
  const unknown = Object.keys(input).find((name) => !Object.hasOwn(members, name));
  if (unknown !== undefined) return `${unknown} is no member`;
  for (const [name, { check, isRequired }] of Object.entries(members)) {
    if (input[name] === undefined) {
      if (isRequired) return `${name} must not be null`;
      continue;
    }
    const fault = check(input[name]);
    if (fault !== undefined) return `${name} ${fault}`;
  }
  return undefined;
}
