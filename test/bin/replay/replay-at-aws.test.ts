/** A deployment's replay against EventBridge's manners: the rules are those of a synthesized stack. */
import { DescribeReplayCommand, EventBridgeClient, StartReplayCommand } from '@aws-sdk/client-eventbridge';
import { afterEach, beforeAll, expect, test } from '@jest/globals';
import type { AwsDeps } from '../../../bin/replay/aws-deps.ts';
import { type AskedOfAws, replayAtAws } from '../../../bin/replay/replay-at-aws.ts';
import { makePutEvents } from '../../../src/aws/put-events.ts';
import { makeAwsReplays } from '../../../src/aws/replay/aws-replays.ts';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';
import {
  type EventBridgeOptions,
  type EventBridgeStub,
  queueArn,
  startEventBridge,
} from '../../aws/replay/event-bridge-stub.ts';
import { until } from '../../builders/until.ts';
import { aStack } from '../../lib/a-stack.ts';
import { anEvent, onBus } from '../../stream/memory-home.ts';
import { run, start } from '../run-cli.ts';

const apiKey = { secret: 'datadog/api-key' };
const NOW_MS = Date.UTC(2026, 10, 3, 12);
const FROM_MS = Date.UTC(2026, 10, 1);
const TO_MS = Date.UTC(2026, 10, 2);

let rules: NonNullable<EventBridgeOptions['rules']>;
beforeAll(() => {
  const high = { sink: 'datadog', apiKey, filter: { severity: ['high', 'critical'] } };
  const destinations = {
    datadog: { apiKey },
    'datadog-high': high,
    search: { sink: 'opensearch', url: 'https://s.example.com' },
  };
  rules = aStack({ destinations })
    .ofType('AWS::Events::Rule')
    .map(([id, { Properties }]) => ({
      name: (Properties.Name as string | undefined) ?? `AuditStream-${id}-1A2B3C`.slice(-64),
      pattern: Properties.EventPattern as object,
      description: Properties.Description as string,
      queue: /Broadcast|Record|datadoghigh|datadog|search/.exec(id)?.[0] ?? id,
    }));
});

const events = [
  anEvent({ id: 'low', severity: 'low' }),
  anEvent({ id: 'high', severity: 'high' }),
  anEvent({ id: 'denied', severity: 'critical', outcome: 'denied' }),
].map((detail) => onBus(detail, { time: '2026-11-01T12:00:00Z' }));
const later = onBus(anEvent({ id: 'later' }), { time: '2026-11-02T00:00:00Z' });

const stubs: EventBridgeStub[] = [];
afterEach(() => {
  for (const stub of stubs.splice(0)) stub.close();
});

interface Scene extends EventBridgeOptions {
  /** Ctrl-C, at the so-manieth pause. */
  readonly stopAtPause?: number;
}

async function aScene({ stopAtPause, ...options }: Scene = {}) {
  let nowMs = NOW_MS;
  const now = () => nowMs;
  const stub = await startEventBridge({
    rules,
    events: [...events, later],
    mayAlsoSend: (arn) => /:rule\/audit\/audit-stream-replay-/.test(arn),
    now,
    ...options,
  });
  stubs.push(stub);
  const stop = new AbortController();
  const said: string[] = [];
  const warned: string[] = [];
  const pauses: number[] = [];
  const deps: AwsDeps = {
    aws: makeAwsReplays('audit', stub.client),
    publish: makePutEvents({ busName: 'audit', timeoutMs: 1_000, client: stub.client }),
    signal: stop.signal,
    now,
    pause: async (ms) => {
      pauses.push(ms);
      nowMs += ms;
      if (pauses.length === stopAtPause) stop.abort();
    },
    say: (line) => said.push(line),
    warn: (line) => warned.push(line),
  };
  const temporary = () => [...stub.rules.keys()].filter((name) => name.startsWith('audit-stream-replay-'));
  return {
    stub,
    said,
    warned,
    pauses,
    temporary,
    pass: (ms: number) => {
      nowMs += ms;
    },
    ask: (asked: AskedOfAws) => replayAtAws('audit', asked, deps),
  };
}

const asked = (
  plan: Partial<Extract<AskedOfAws, { kind: 'replay' }>['plan']> = {},
  execute = true,
): AskedOfAws => ({
  kind: 'replay',
  plan: { sink: 'search', fromMs: FROM_MS, toMs: TO_MS, ...plan },
  execute,
});
const operations = ({ calls }: EventBridgeStub) => calls.map(({ operation }) => operation);
const CHANGES = /^(Start|Cancel|Put|Remove|Delete)/;

test('a replay goes by the rule of the named destination alone, over its span', async () => {
  const { ask, stub, said, warned } = await aScene();
  expect(await ask(asked())).toBe(0);

  expect(stub.queues()).toEqual([queueArn('search')]);
  expect(stub.idsIn('search')).toEqual(['low', 'high', 'denied']);
  const input = stub.calls.find(({ operation }) => operation === 'StartReplay')?.input;
  expect(input).toMatchObject({
    ReplayName: 'search.20261103T120000000Z',
    EventStartTime: FROM_MS / 1_000,
    EventEndTime: TO_MS / 1_000,
    Destination: { FilterArns: [expect.stringMatching(/:rule\/audit\/.*search/i)] },
  });
  expect(said).toEqual([
    'Replay search.20261103T120000000Z has begun.',
    'Replay search.20261103T120000000Z is complete.',
  ]);
  expect(warned).toEqual([]);
});

test('also without FilterArns such a replay reaches that destination and the trail, and nobody else', async () => {
  const { ask, stub } = await aScene();
  await ask(asked({ sink: 'datadog' }));
  const [replay] = stub.replays.values();
  const unfenced = await aScene();
  await startWithoutRules(unfenced.stub, replay?.ReplayName ?? '');
  expect(unfenced.stub.queues().sort()).toEqual([queueArn('Record'), queueArn('datadog')]);
});

test('without a destination it is for the trail', async () => {
  const { ask, stub } = await aScene();
  expect(await ask(asked({ sink: undefined as never }))).toBe(0);
  expect(stub.queues()).toEqual([queueArn('Record')]);
});

test('without --execute nothing is changed, and it says what would be', async () => {
  for (const filter of [{}, { outcome: ['denied'] }]) {
    const { ask, stub, said } = await aScene();
    expect(await ask(asked({ filter }, false))).toBe(0);
    expect(operations(stub).filter((operation) => CHANGES.test(operation))).toEqual([]);
    expect(said.join('\n')).toContain('AuditArchive (4 events in all) has from 2026-11-01T00:00:00.000Z to');
    expect(said.at(-1)).toBe('Nothing was done: --execute does it.');
  }
});

test('a filter is a rule of its own, ANDed with the destination’s, for this replay alone, and gone when it is over', async () => {
  const { ask, stub, temporary, pauses } = await aScene();
  expect(await ask(asked({ sink: 'datadog-high', filter: { outcome: ['denied'] } }))).toBe(0);

  expect(stub.queues()).toEqual([queueArn('datadoghigh')]);
  expect(stub.idsIn('datadoghigh')).toEqual(['denied']);
  const put = stub.calls.find(({ operation }) => operation === 'PutRule')?.input;
  expect(JSON.parse(String(put?.EventPattern))).toEqual({
    'detail-type': ['Audit Event'],
    detail: { severity: ['high', 'critical'], outcome: ['denied'] },
    'replay-name': ['datadog-high_20261103T120000000Z'],
  });
  expect(stub.calls.find(({ operation }) => operation === 'PutTargets')?.input.Targets).toEqual([
    {
      Id: 'queue',
      Arn: queueArn('datadoghigh'),
      DeadLetterConfig: { Arn: queueArn('datadoghigh-dead') },
    },
  ]);
  expect(temporary()).toEqual([]);
  // Before it begins, and after its last events.
  expect(pauses.filter((ms) => ms === 60_000)).toHaveLength(2);
  expect(operations(stub).indexOf('StartReplay')).toBeGreaterThan(operations(stub).indexOf('PutTargets'));
});

test('the filtered replay’s name passes no fence: without its rule it would reach the trail alone', async () => {
  const { ask, stub } = await aScene();
  await ask(asked({ filter: { outcome: ['denied'] } }));
  const [replay] = stub.replays.values();
  const unfenced = await aScene();
  await startWithoutRules(unfenced.stub, replay?.ReplayName ?? '');
  expect(unfenced.stub.queues()).toEqual([queueArn('Record')]);
});

/** As somebody would in the console, who chooses no rules. */
async function startWithoutRules({ client: config }: EventBridgeStub, ReplayName: string): Promise<void> {
  const client = new EventBridgeClient(config);
  await client.send(
    new StartReplayCommand({
      ReplayName,
      EventSourceArn: 'arn:aws:events:us-east-1:111111111111:archive/AuditArchive',
      EventStartTime: new Date(FROM_MS),
      EventEndTime: new Date(TO_MS),
      Destination: { Arn: 'arn:aws:events:us-east-1:111111111111:event-bus/audit' },
    }),
  );
  await client.send(new DescribeReplayCommand({ ReplayName }));
}

test('Ctrl-C leaves the replay running, and says how to look and how to stop it; the next run removes its rule', async () => {
  const { ask, stub, warned, temporary, pass, said } = await aScene({
    stopAtPause: 2,
    states: ['RUNNING', 'RUNNING', 'COMPLETED'],
  });
  expect(await ask(asked({ filter: { outcome: ['denied'] } }))).toBe(130);
  const name = 'search_20261103T120000000Z';
  expect(warned.at(-1)).toBe(
    `The replay goes on without this command. How far it is: audit-stream replay --bus audit --status ${name}. To stop it: --cancel ${name}.`,
  );
  expect(operations(stub)).not.toContain('CancelReplay');
  expect(temporary()).toHaveLength(1);

  await ask({ kind: 'status', name });
  expect(said.at(-1)).toMatch(
    /^Replay search_\w+ from 2026-11-01T00:00:00.000Z .* is RUNNING, at events of 2026-11-01T12/,
  );
  expect(temporary()).toHaveLength(1);
  const replay = stub.replays.get(name);
  if (replay) Object.assign(replay, { State: 'COMPLETED', ReplayEndTime: NOW_MS / 1_000 });
  pass(10 * 60_000);
  await ask({ kind: 'status', name });
  expect(temporary()).toEqual([]);
  expect(stub.idsIn('search')).toEqual(['denied']);
});

test('Ctrl-C before it begins takes the rule away again', async () => {
  const { ask, stub, temporary } = await aScene({ stopAtPause: 1 });
  expect(await ask(asked({ filter: { outcome: ['denied'] } }))).toBe(130);
  expect(operations(stub)).not.toContain('StartReplay');
  expect(temporary()).toEqual([]);
});

test('a rule whose replay has not begun is somebody’s, until it is an hour old', async () => {
  const { ask, stub, temporary, pass, warned } = await aScene();
  const aws = makeAwsReplays('audit', stub.client);
  const parts = await aws.find('search');
  if (parts.kind === 'missing') throw new Error(parts.reason);
  const name = 'search_20261103T120000000Z';
  await aws.putRule(parts, name, { 'replay-name': [name] });

  pass(59 * 60_000);
  await ask(asked());
  expect(temporary()).toHaveLength(1);
  pass(2 * 60_000);
  await ask(asked({ sink: 'datadog' }));
  expect(temporary()).toEqual([]);
  expect(warned.at(-1)).toMatch(/^Removed the rule audit-stream-replay-\S+: its replay is over\.$/);
});

test('a replay that does not begin leaves no rule behind, and AWS’s own words', async () => {
  const { ask, stub, temporary, said } = await aScene();
  stub.refuse('StartReplay', 'LimitExceededException', 'ten replays are under way');
  await expect(ask(asked({ filter: { outcome: ['denied'] } }))).rejects.toThrow('ten replays are under way');
  expect(temporary()).toEqual([]);
  expect(said).toEqual([]);
  expect(stub.put).toEqual([]);
});

test.each(['FAILED', 'CANCELLED'])('a replay that ends %s is told so, with exit code 1', async (state) => {
  const { ask, said, temporary, stub } = await aScene({ states: ['RUNNING', state] });
  expect(await ask(asked({ filter: { outcome: ['denied'] } }))).toBe(1);
  expect(said.at(-1)).toMatch(state === 'FAILED' ? / is FAILED: the archive is gone\.$/ : / is CANCELLED\.$/);
  expect(temporary()).toEqual([]);
  expect(actionsOf(stub)).toEqual(['archive.replay_started']);
});

const eventsPut = ({ put }: EventBridgeStub) =>
  put.map(({ Detail }) => parseAuditEvent(JSON.parse(Detail)) as AuditEvent);
const actionsOf = (stub: EventBridgeStub) => eventsPut(stub).map(({ action }) => action);

test('begin and end are on record as the home has them, where the credentials may; else it is said who has', async () => {
  const { ask, stub } = await aScene();
  await ask(asked({ filter: { outcome: ['denied'] } }));
  expect(stub.put[0]).toMatchObject({ Source: 'audit.audit-stream', DetailType: 'Audit Event' });
  expect(eventsPut(stub)).toMatchObject(
    ['archive.replay_started', 'archive.replayed'].map((action) => ({
      action,
      tenantId: 'audit-stream',
      actor: { id: expect.stringContaining('@') },
      metadata: {
        replay: 'search_20261103T120000000Z',
        sink: 'search',
        from: '2026-11-01T00:00:00.000Z',
        to: '2026-11-02T00:00:00.000Z',
        filter: '{"outcome":["denied"]}',
      },
    })),
  );

  const without = await aScene();
  without.stub.refuse('PutEvents', 'AccessDeniedException');
  expect(await without.ask(asked())).toBe(0);
  expect(without.warned[0]).toBe(
    'archive.replay_started is not on the trail (AccessDeniedException); CloudTrail has the replay.',
  );
});

test('a replay is looked at and cancelled by its name', async () => {
  const { ask, stub, said } = await aScene({ stopAtPause: 1, states: ['RUNNING', 'RUNNING'] });
  await ask(asked());
  const name = 'search.20261103T120000000Z';
  expect(await ask({ kind: 'cancel', name })).toBe(0);
  expect(said.at(-1)).toContain('is being cancelled; what it has sent already stays sent');
  expect(stub.replays.get(name)?.State).toBe('CANCELLING');
  await expect(ask({ kind: 'cancel', name })).rejects.toThrow('not in a valid state');
  await expect(ask({ kind: 'status', name: 'other' })).rejects.toThrow('know no replay "other"');
});

test.each<[string, Partial<Parameters<typeof asked>[0]>, Scene, RegExp[]]>([
  ['young', { fromMs: NOW_MS - 3_600_000, toMs: NOW_MS - 60_000 }, {}, [/ten minutes behind.*--to 10m/]],
  ['old', { fromMs: NOW_MS - 31 * 86_400_000 }, {}, [/keeps 30 days/]],
  ['for ever', { fromMs: 0 }, { archives: [{ name: 'All' }] }, []],
  ['Datadog’s', { sink: 'datadog' }, {}, [/datadog does not date events that are older than 18 hours/]],
  ['Datadog’s, young', { sink: 'datadog', fromMs: NOW_MS - 3_600_000, toMs: NOW_MS - 1_800_000 }, {}, []],
])('what a person should know before it begins is said: %s', async (_, plan, scene, notes) => {
  const { ask, warned } = await aScene(scene);
  await ask(asked(plan, false));
  expect(warned).toEqual(notes.map((note) => expect.stringMatching(note)));
});

test.each<[string, AskedOfAws, Scene, string]>([
  [
    'a destination that there is not',
    asked({ sink: 'slack' }),
    {},
    'there are datadog, datadog-high, search',
  ],
  ['a bus of something else', asked(), { rules: [] }, 'it has none, or was deployed by an older version'],
  ['no trail', asked({ sink: 'record' }), { rules: [] }, 'has no rule of the trail'],
  ['no archive', asked(), { archives: [] }, 'the bus has no archive'],
  [
    'several archives',
    asked(),
    { archives: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] },
    'give --archive, one of a, b, c',
  ],
  ['another archive', { ...asked(), archive: 'z' } as AskedOfAws, {}, 'no archive "z": it has AuditArchive'],
  [
    'a filter for the trail',
    asked({ sink: 'record', filter: { severity: ['low'] } }),
    {},
    '--filter goes with --sink',
  ],
  [
    'filters that exclude one another',
    asked({ sink: 'datadog-high', filter: { severity: ['low'] } }),
    {},
    'are no one rule: severity has no value that both take',
  ],
  [
    'a filter that is too long',
    asked({ filter: { id: Array.from({ length: 60 }, (_, i) => `${i}`.padStart(34, '0')) } }),
    {},
    'and EventBridge takes 2048: make it shorter',
  ],
])('%s is refused in words, and nothing is changed', async (_, plan, scene, words) => {
  const { ask, stub } = await aScene(scene);
  await expect(ask(plan)).rejects.toThrow(words);
  expect(operations(stub).filter((operation) => CHANGES.test(operation))).toEqual([]);
});

test('one of several archives is chosen by its name', async () => {
  const { ask, stub } = await aScene({ archives: [{ name: 'a' }, { name: 'b' }, { name: 'c' }] });
  expect(await ask({ ...asked(), archive: 'c' } as AskedOfAws)).toBe(0);
  const input = stub.calls.find(({ operation }) => operation === 'StartReplay')?.input;
  expect(input?.EventSourceArn).toBe('arn:aws:events:us-east-1:111111111111:archive/c');
});

test('the command itself: replays, is interrupted, and is told AWS’s refusals', async () => {
  const stub = await startEventBridge({ rules, events, states: ['RUNNING', 'RUNNING'] });
  stubs.push(stub);
  const env = {
    AWS_ENDPOINT_URL_EVENTBRIDGE: stub.endpoint,
    AWS_REGION: 'us-east-1',
    AWS_ACCESS_KEY_ID: 'any',
    AWS_SECRET_ACCESS_KEY: 'any',
  };
  const span = ['--bus', 'audit', '--from', '2026-11-01T00:00:00Z', '--to', '2026-11-02T00:00:00Z'];
  const running = start(['replay', ...span, '--sink', 'search', '--execute'], undefined, env);
  await until(() => stub.replays.size === 1 && running.out().includes('has begun') && stub.put.length > 0);
  running.process.kill('SIGINT');
  const ended = await running.ended;
  expect(ended.code).toBe(130);
  const [name = ''] = stub.replays.keys();
  expect(ended.err).toContain(`--status ${name}`);

  const status = await run(['replay', '--bus', 'audit', '--status', name], undefined, env);
  expect(status).toMatchObject({
    code: 0,
    out: expect.stringContaining(`Replay ${name} from 2026-11-01T00`),
  });
  const lost = await run(['replay', '--bus', 'other', '--from', '1h', '--to', '30m'], undefined, env);
  expect(lost).toMatchObject({ code: 1, err: expect.stringContaining('Event bus other does not exist') });
});
