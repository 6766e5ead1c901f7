/** EventBridge's JSON API on this machine, as far as replays go: it refuses what AWS refuses, replays an archive through
 * the rules that are named, and sends to a queue only what the queue's policy lets a rule send. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { BusEvent } from '../../../src/domain/bus-event.ts';
import { matches, parseFilter } from '../../../src/domain/filter/index.ts';
import { faultIn, OPERATIONS } from './event-bridge-shapes.ts';

const ACCOUNT = '111111111111';
const PREFIX = `arn:aws:events:us-east-1:${ACCOUNT}`;
export const queueArn = (name: string) => `arn:aws:sqs:us-east-1:${ACCOUNT}:${name}`;

interface Target {
  readonly Id: string;
  readonly Arn: string;
  readonly DeadLetterConfig?: { readonly Arn: string };
}

interface StubRule {
  readonly Name: string;
  readonly Arn: string;
  readonly EventPattern: string;
  readonly Description?: string | undefined;
  readonly targets: Target[];
}

interface StubReplay {
  readonly ReplayName: string;
  readonly EventStartTime: number;
  readonly EventEndTime: number;
  readonly FilterArns: readonly string[];
  State: string;
  StateReason?: string;
  ReplayEndTime?: number;
  EventLastReplayedTime?: number;
}

export interface EventBridgeOptions {
  readonly busName?: string;
  readonly archives?: readonly { readonly name: string; readonly retentionDays?: number }[];
  readonly rules?: readonly {
    readonly name: string;
    readonly pattern: object;
    readonly description?: string;
    readonly queue?: string;
  }[];
  readonly events?: readonly BusEvent[];
  /** Rules whose events a queue takes, besides its own: as the construct's policy has it. */
  readonly mayAlsoSend?: (ruleArn: string) => boolean;
  /** States that DescribeReplay goes through after `STARTING`, one a call; the last one stays. */
  readonly states?: readonly string[];
  readonly now?: () => number;
}

interface Put {
  readonly Source: string;
  readonly DetailType: string;
  readonly Detail: string;
}

/** Members of all operations; the shapes have said that those of one are there. */
interface Input {
  readonly Name: string;
  readonly ArchiveName: string;
  readonly EventSourceArn: string;
  readonly NamePrefix?: string;
  readonly NextToken?: string;
  readonly Rule: string;
  readonly EventBusName: string;
  readonly EventPattern: string;
  readonly Description?: string;
  readonly Targets: readonly Target[];
  readonly Ids: readonly string[];
  readonly ReplayName: string;
  readonly EventStartTime: number;
  readonly EventEndTime: number;
  readonly Destination: { readonly Arn: string; readonly FilterArns?: readonly string[] };
  readonly Entries: readonly Put[];
}

class Refusal extends Error {
  readonly type: string;

  constructor(type: string, message: string) {
    super(message);
    this.type = type;
  }
}

export async function startEventBridge(options: EventBridgeOptions = {}) {
  const { busName = 'audit', now = Date.now, mayAlsoSend = () => false } = options;
  const busArn = `${PREFIX}:event-bus/${busName}`;
  const archives = options.archives ?? [{ name: 'AuditArchive', retentionDays: 30 }];
  const archiveArn = (name: string) => `${PREFIX}:archive/${name}`;
  const ruleArn = (name: string) => `${PREFIX}:rule/${busName === 'default' ? '' : `${busName}/`}${name}`;
  const rules = new Map<string, StubRule>();
  const replays = new Map<string, StubReplay>();
  const states = options.states ?? ['RUNNING', 'COMPLETED'];
  const calls: { readonly operation: string; readonly input: Record<string, unknown> }[] = [];
  const sent: Record<string, BusEvent[]> = {};
  const put: Put[] = [];
  const refusals = new Map<string, Refusal>();

  for (const { name, pattern, description, queue } of options.rules ?? [])
    rules.set(name, {
      Name: name,
      Arn: ruleArn(name),
      // As CloudFormation writes it, not as we do.
      EventPattern: JSON.stringify(pattern, null, 1),
      Description: description,
      targets:
        queue === undefined
          ? []
          : [{ Id: 'Target0', Arn: queueArn(queue), DeadLetterConfig: { Arn: queueArn(`${queue}-dead`) } }],
    });

  const page = <T>(all: readonly T[], token: unknown, of = PAGE) => {
    const from = Number(token ?? 0);
    return {
      items: all.slice(from, from + of),
      ...(all.length > from + of && { NextToken: String(from + of) }),
    };
  };
  const ruleNamed = (name: string) => {
    const rule = rules.get(name);
    if (!rule)
      throw new Refusal('ResourceNotFoundException', `Rule ${name} does not exist on EventBus ${busName}.`);
    return rule;
  };
  const replayNamed = (name: string) => {
    const replay = replays.get(name);
    if (!replay) throw new Refusal('ResourceNotFoundException', `Replay ${name} does not exist.`);
    return replay;
  };
  const checkBus = (name: unknown) => {
    if (name !== busName && name !== busArn)
      throw new Refusal('ResourceNotFoundException', `Event bus ${name} does not exist.`);
  };

  const operations: Record<string, (input: Input) => object> = {
    DescribeEventBus({ Name }) {
      checkBus(Name);
      return { Name: busName, Arn: busArn };
    },
    ListArchives({ EventSourceArn, NextToken }) {
      const { items, ...next } = page(EventSourceArn === busArn ? archives : [], NextToken);
      return {
        Archives: items.map(({ name }) => ({ ArchiveName: name, EventSourceArn: busArn, State: 'ENABLED' })),
        ...next,
      };
    },
    DescribeArchive({ ArchiveName }) {
      const found = archives.find(({ name }) => name === ArchiveName);
      if (!found) throw new Refusal('ResourceNotFoundException', `Archive ${ArchiveName} does not exist.`);
      return {
        ArchiveName,
        ArchiveArn: archiveArn(found.name),
        EventSourceArn: busArn,
        State: 'ENABLED',
        RetentionDays: found.retentionDays ?? 0,
        EventCount: options.events?.length ?? 0,
      };
    },
    ListRules({ EventBusName, NamePrefix = '', NextToken }) {
      checkBus(EventBusName);
      const all = [...rules.values()].filter(({ Name }) => Name.startsWith(NamePrefix));
      const { items, ...next } = page(all, NextToken);
      return { Rules: items.map(({ targets, ...rule }) => ({ ...rule, State: 'ENABLED' })), ...next };
    },
    ListTargetsByRule({ Rule, EventBusName }) {
      checkBus(EventBusName);
      return { Targets: ruleNamed(Rule).targets };
    },
    PutRule({ Name, EventPattern, EventBusName, Description }) {
      checkBus(EventBusName);
      if (EventPattern.length > 2_048)
        throw new Refusal('LimitExceededException', 'Event pattern is longer than 2048 characters');
      try {
        parseFilter(JSON.parse(EventPattern));
      } catch (error) {
        throw new Refusal('InvalidEventPatternException', (error as Error).message);
      }
      rules.set(Name, { Name, Arn: ruleArn(Name), EventPattern, Description, targets: [] });
      return { RuleArn: ruleArn(Name) };
    },
    PutTargets({ Rule, EventBusName, Targets }) {
      checkBus(EventBusName);
      ruleNamed(Rule).targets.push(...Targets);
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    RemoveTargets({ Rule, EventBusName, Ids }) {
      checkBus(EventBusName);
      const { targets } = ruleNamed(Rule);
      for (const id of Ids)
        targets.splice(
          targets.findIndex(({ Id }) => Id === id),
          1,
        );
      return { FailedEntryCount: 0, FailedEntries: [] };
    },
    DeleteRule({ Name, EventBusName }) {
      checkBus(EventBusName);
      // AWS answers so also for a rule that there is not.
      if ((rules.get(Name)?.targets.length ?? 0) > 0)
        throw new Refusal('ValidationException', "Rule can't be deleted since it has targets.");
      rules.delete(Name);
      return {};
    },
    StartReplay({ ReplayName, EventSourceArn, EventStartTime, EventEndTime, Destination }) {
      if (!archives.some(({ name }) => archiveArn(name) === EventSourceArn))
        throw new Refusal(
          'ValidationException',
          `Parameter EventSourceArn is not valid. Reason: Archive ${EventSourceArn} does not exist.`,
        );
      if (Destination.Arn !== busArn)
        throw new Refusal(
          'ValidationException',
          'Parameter Destination.Arn is not valid. Reason: Cross event bus replay is not permitted.',
        );
      if (EventEndTime <= EventStartTime)
        throw new Refusal(
          'ValidationException',
          'Parameter EventEndTime is not valid. Reason: EventStartTime must be before EventEndTime.',
        );
      if (replays.has(ReplayName))
        throw new Refusal('ResourceAlreadyExistsException', `Replay ${ReplayName} already exists.`);
      const active = [...replays.values()].filter(({ State }) => State === 'STARTING' || State === 'RUNNING');
      if (active.length >= 10)
        throw new Refusal(
          'LimitExceededException',
          'The requested resource exceeds the maximum number allowed.',
        );
      const { FilterArns = [] } = Destination;
      for (const arn of FilterArns)
        if (![...rules.values()].some(({ Arn }) => Arn === arn))
          throw new Refusal('ValidationException', `Rule ${arn} does not exist.`);
      replays.set(ReplayName, { ReplayName, EventStartTime, EventEndTime, FilterArns, State: 'STARTING' });
      return {
        ReplayArn: `${PREFIX}:replay/${ReplayName}`,
        State: 'STARTING',
        ReplayStartTime: now() / 1_000,
      };
    },
    DescribeReplay({ ReplayName }) {
      const replay = replayNamed(ReplayName);
      const answer = { ...replay, Destination: { Arn: busArn, FilterArns: replay.FilterArns } };
      moveOn(replay);
      return answer;
    },
    CancelReplay({ ReplayName }) {
      const replay = replayNamed(ReplayName);
      if (replay.State !== 'STARTING' && replay.State !== 'RUNNING')
        throw new Refusal(
          'IllegalStatusException',
          `Replay ${ReplayName} is not in a valid state for this operation.`,
        );
      replay.State = 'CANCELLING';
      return { State: 'CANCELLING' };
    },
    PutEvents({ Entries }) {
      put.push(...Entries);
      return { FailedEntryCount: 0, Entries: Entries.map((_, i) => ({ EventId: `e-${i}` })) };
    },
  };

  function moveOn(replay: StubReplay): void {
    const next = replay.State === 'CANCELLING' ? 'CANCELLED' : states[states.indexOf(replay.State) + 1];
    if (next === undefined || ['COMPLETED', 'FAILED', 'CANCELLED'].includes(replay.State)) return;
    if (replay.State === 'STARTING') run(replay);
    replay.State = next;
    if (next === 'FAILED') replay.StateReason = 'the archive is gone';
    if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(next)) replay.ReplayEndTime = now() / 1_000;
    replay.EventLastReplayedTime = (replay.EventStartTime + replay.EventEndTime) / 2;
  }

  /** Through the rules that are named; without any, through all. */
  function run({ ReplayName, EventStartTime, EventEndTime, FilterArns }: StubReplay): void {
    for (const event of options.events ?? []) {
      const seconds = Date.parse(event.time) / 1_000;
      if (seconds < EventStartTime || seconds >= EventEndTime) continue;
      const replayed = { ...event, 'replay-name': ReplayName };
      for (const { Arn, EventPattern, targets } of rules.values()) {
        if (FilterArns.length > 0 && !FilterArns.includes(Arn)) continue;
        if (!matches(parseFilter(JSON.parse(EventPattern)), replayed)) continue;
        for (const target of targets) {
          const isOwn = (options.rules ?? []).some(({ name }) => ruleArn(name) === Arn);
          const to = isOwn || mayAlsoSend(Arn) ? target.Arn : `refused by ${target.Arn}`;
          sent[to] = [...(sent[to] ?? []), replayed];
        }
      }
    }
  }

  const server = createServer(async (request, response) => {
    const [service, operation = ''] = String(request.headers['x-amz-target']).split('.');
    const input = JSON.parse(await text(request)) as Input;
    calls.push({ operation, input: { ...input } });
    try {
      const members = service === 'AWSEvents' ? OPERATIONS[operation] : undefined;
      if (!members) throw new Refusal('UnknownOperationException', operation);
      const fault = faultIn(members, { ...input });
      if (fault) throw new Refusal('ValidationException', `1 validation error detected: ${fault}`);
      const refusal = refusals.get(operation);
      if (refusal) throw refusal;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify(operations[operation]?.(input)));
    } catch (error) {
      const { type = 'InternalException', message } = error as Partial<Refusal>;
      response.statusCode = type === 'InternalException' ? 500 : 400;
      response.setHeader('content-type', 'application/x-amz-json-1.1');
      response.end(JSON.stringify({ __type: type, message }));
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    endpoint,
    client: {
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
      maxAttempts: 1,
    },
    calls,
    rules,
    replays,
    put,
    /** Ids of the events that a queue was sent. */
    idsIn: (queue: string) =>
      (sent[queueArn(queue)] ?? []).map(({ detail }) => (detail as { id: string }).id),
    /** Queues that were sent anything, or refused it. */
    queues: () => Object.keys(sent),
    refuse: (operation: string, type: string, message = 'no') =>
      void refusals.set(operation, new Refusal(type, message)),
    close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

/** Small, so that a list takes several pages. */
const PAGE = 2;

export type EventBridgeStub = Awaited<ReturnType<typeof startEventBridge>>;
