/** Finds what a replay in AWS needs: the bus, its archive, and the rule of the one route that is to get the events. */
import {
  type Archive,
  DescribeArchiveCommand,
  DescribeEventBusCommand,
  type EventBridgeClient,
  ListArchivesCommand,
  ListRulesCommand,
  ListTargetsByRuleCommand,
  type Rule,
} from '@aws-sdk/client-eventbridge';
import { isObject } from '../../domain/protocol/fields.ts';
import { destinationOf } from '../../domain/replay-fence.ts';
import { type QueuedRoute, TOPOLOGY } from '../../domain/topology.ts';

export interface ReplayParts {
  readonly bus: { readonly name: string; readonly arn: string };
  readonly archive: {
    readonly name: string;
    readonly arn: string;
    /** Undefined: for ever. */
    readonly retentionDays?: number;
    readonly events: number;
  };
  readonly rule: {
    readonly name: string;
    readonly arn: string;
    readonly description: string;
    readonly pattern: QueuedRoute['pattern'];
    readonly queueArn: string;
    readonly deadLettersArn?: string;
  };
}

export type Found<Part> = ({ readonly kind: 'found' } & Part) | Missing;
interface Missing {
  readonly kind: 'missing';
  /** What is missing, and what to do. */
  readonly reason: string;
}

export interface Searched {
  readonly busName: string;
  readonly route: string;
  readonly archiveName?: string;
}

export async function findParts(client: EventBridgeClient, searched: Searched): Promise<Found<ReplayParts>> {
  const { Name: name = '', Arn: arn = '' } = await client.send(
    new DescribeEventBusCommand({ Name: searched.busName }),
  );
  const bus = { name, arn };
  const archive = await findArchive(client, arn, searched.archiveName);
  if (archive.kind === 'missing') return archive;
  const rule = await findRule(client, name, searched.route);
  if (rule.kind === 'missing') return rule;
  return { kind: 'found', bus, archive: archive.archive, rule: rule.rule };
}

async function findArchive(
  client: EventBridgeClient,
  busArn: string,
  wanted: string | undefined,
): Promise<Found<Pick<ReplayParts, 'archive'>>> {
  const archives: Archive[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(new ListArchivesCommand({ EventSourceArn: busArn, NextToken }));
    archives.push(...(page.Archives ?? []));
    NextToken = page.NextToken;
    if (NextToken === undefined) break;
  }
  const names = archives.map(({ ArchiveName = '' }) => ArchiveName);
  if (names.length === 0) return missing('the bus has no archive, so there is nothing to replay');
  const [name, another] = names.filter((each) => wanted === undefined || each === wanted);
  if (name === undefined) return missing(`the bus has no archive "${wanted}": it has ${names.join(', ')}`);
  if (another !== undefined)
    return missing(`the bus has several archives: give --archive, one of ${names.join(', ')}`);
  const {
    ArchiveArn = '',
    RetentionDays,
    EventCount,
  } = await client.send(new DescribeArchiveCommand({ ArchiveName: name }));
  return {
    kind: 'found',
    // 0 days are for ever: https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_CreateArchive.html
    archive: {
      name,
      arn: ArchiveArn,
      events: EventCount ?? 0,
      ...(RetentionDays && { retentionDays: RetentionDays }),
    },
  };
}

async function findRule(
  client: EventBridgeClient,
  busName: string,
  route: string,
): Promise<Found<Pick<ReplayParts, 'rule'>>> {
  const rules = (await rulesOf(client, busName)).map((rule) => ({ ...rule, pattern: patternOf(rule) }));
  const [rule, another] = rules.filter((each) => isRuleOf(each, route));
  if (!rule) {
    const named = rules.flatMap(({ pattern }) => destinationOf(pattern) ?? []);
    return missing(
      route === TOPOLOGY.record.name
        ? `the bus ${busName} has no rule of the trail: is it an Audit Stream's?`
        : `the bus ${busName} has no rule of a destination "${route}": ${named.length > 0 ? `there are ${named.sort().join(', ')}` : 'it has none, or was deployed by an older version'}`,
    );
  }
  if (another)
    return missing(
      `several rules of the bus are for ${route} (${rule.Name}, ${another.Name}): start the replay in the EventBridge console, and choose one`,
    );
  const { Name = '', Arn = '', Description = '', pattern } = rule;
  const { Targets = [] } = await client.send(
    new ListTargetsByRuleCommand({ Rule: Name, EventBusName: busName }),
  );
  const [target] = Targets;
  if (!target?.Arn) return missing(`the rule ${Name} has no target: deploy the stack again`);
  return {
    kind: 'found',
    rule: {
      name: Name,
      arn: Arn,
      description: Description,
      pattern,
      queueArn: target.Arn,
      ...(target.DeadLetterConfig?.Arn !== undefined && { deadLettersArn: target.DeadLetterConfig.Arn }),
    },
  };
}

export async function rulesOf(
  client: EventBridgeClient,
  busName: string,
  namePrefix?: string,
): Promise<readonly Rule[]> {
  const rules: Rule[] = [];
  for (let NextToken: string | undefined; ; ) {
    const page = await client.send(
      new ListRulesCommand({ EventBusName: busName, NamePrefix: namePrefix, NextToken }),
    );
    rules.push(...(page.Rules ?? []));
    NextToken = page.NextToken;
    if (NextToken === undefined) return rules;
  }
}

export function patternOf({ EventPattern }: Rule): QueuedRoute['pattern'] {
  const pattern: unknown = EventPattern === undefined ? {} : JSON.parse(EventPattern);
  return isObject(pattern) ? pattern : {};
}

/** A destination's rule is known by its fence; the trail's by its pattern and the name that the construct gives it. */
function isRuleOf({ Name, pattern }: Rule & { readonly pattern: QueuedRoute['pattern'] }, route: string) {
  if (route !== TOPOLOGY.record.name) return destinationOf(pattern) === route;
  return (
    Name?.endsWith('-RecordRule') === true &&
    JSON.stringify(pattern) === JSON.stringify(TOPOLOGY.record.pattern)
  );
}

const missing = (reason: string): Missing => ({ kind: 'missing', reason });
