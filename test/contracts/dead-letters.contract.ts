/** What the dead letters of every home must let a person do, over the acts: list, show, select, replay, purge. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Replays } from '../../src/domain/dead-letters/replays.ts';
import { REPLAYED_OFTEN } from '../../src/domain/dead-letters/run.ts';
import { makeDeadLetterActs } from '../../src/stream/dead-letters/dead-letter-acts.ts';
import { LIMITS } from '../../src/stream/limits.ts';
import type { Consumer, DeadLetter, DeadLetters, Outcome, QueueMessage } from '../../src/stream/ports.ts';
import type { SystemEvent } from '../../src/stream/system-audit-event.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { aPrincipal } from '../stream/memory-home.ts';

export interface DeadLettersUnderTest {
  readonly deadLetters: DeadLetters;
  /** Two queues with a consumer. */
  readonly queues: readonly [string, string];
  /** Puts bus events with these details on a queue. */
  send(queue: string, details: readonly object[]): Promise<void>;
  consume(queue: string, consumer: Consumer): { stop(): Promise<void> };
  end(): Promise<void>;
}

interface Step {
  readonly run: string;
  readonly replayed?: number;
  readonly purged?: number;
  readonly skipped: readonly { readonly reason: string; readonly count: number }[];
  readonly failed: readonly { readonly reason: string; readonly count: number }[];
  readonly next?: string;
  readonly isComplete: boolean;
}
interface Listed {
  readonly groups: readonly { readonly queue: string; readonly reason: string; readonly count: number }[];
  readonly letters: readonly {
    readonly messageId: string;
    readonly queue: string;
    readonly eventId: string;
    readonly replayed?: number;
  }[];
  readonly scanned: number;
  readonly isComplete: boolean;
}

const idOf = ({ event }: Pick<QueueMessage, 'event'>) => (event.detail as { id: string }).id;
const operator = (tenantId = 'audit-stream', subject = 'ada') =>
  aPrincipal({ roles: ['operator'], tenantId, subject });

export function deadLettersContract(name: string, make: () => Promise<DeadLettersUnderTest>): void {
  describe(`the dead letters of ${name}`, () => {
    let home: DeadLettersUnderTest;
    let audited: SystemEvent[];
    let running: { stop(): Promise<void> }[];

    beforeEach(async () => {
      home = await make();
      audited = [];
      running = [];
    });
    afterEach(async () => {
      for (const consumption of running) await consumption.stop();
      await home.end();
    });

    async function act<Result>(
      what: keyof ReturnType<typeof makeDeadLetterActs>,
      args: object = {},
      principal = operator(),
    ): Promise<Result> {
      const systemEvents = {
        report: (event: SystemEvent) => void audited.push(event),
        settled: async () => {},
      };
      const acts = makeDeadLetterActs({
        deadLetters: home.deadLetters,
        systemEvents,
        limits: LIMITS,
        now: Date.now,
      });
      const answer = await acts[what]({ principal }, args);
      if ('fault' in answer) throw new Error(`${answer.fault.path}: ${answer.fault.message}`);
      return answer.result as Result;
    }
    const list = (selection = {}, principal = operator()) =>
      act<Listed>('dead-letters', { selection }, principal);
    const listed = async (selection = {}, principal = operator()) =>
      (await list(selection, principal)).letters.map(({ eventId }) => eventId).toSorted();

    /** Consumes until stopped, and says what it was handed. */
    function consume(queue: string, outcome: (message: QueueMessage) => Outcome) {
      const received: QueueMessage[] = [];
      const consumption = home.consume(queue, async (messages) => {
        received.push(...messages);
        return messages.map(outcome);
      });
      const entry = { stop: once(() => consumption.stop()) };
      running.push(entry);
      return { received, stop: entry.stop };
    }

    /** Lets these events die in their queue. */
    async function bury(
      queue: string,
      details: readonly object[],
      outcome: Outcome = { kind: 'rejected', reason: 'http_400' },
    ) {
      const { stop } = consume(queue, () => outcome);
      const before = (await list({ queue })).scanned;
      await home.send(queue, details);
      await until(async () => (await list({ queue })).scanned === before + details.length);
      await stop();
    }

    /** Steps until the run is over, as the command does. */
    async function run(
      what: 'replay-dead-letters' | 'purge-dead-letters',
      args: object = {},
      principal = operator(),
    ) {
      const total = { moved: 0, steps: 0, skipped: {} as Record<string, number>, run: '' };
      for (let next: Step | undefined; ; ) {
        const { run = undefined, next: from = undefined } = next ?? {};
        next = await act<Step>(
          what,
          { ...args, ...(run !== undefined && { run }), ...(from !== undefined && { next: from }) },
          principal,
        );
        total.steps++;
        total.run = next.run;
        total.moved += next.replayed ?? next.purged ?? 0;
        for (const { reason, count } of next.skipped)
          total.skipped[reason] = (total.skipped[reason] ?? 0) + count;
        expect(next.failed).toEqual([]);
        if (next.isComplete) return total;
      }
    }
    const events = (...ids: readonly string[]) => ids.map((id) => anAuditEvent({ id }));

    test('they are grouped by queue and reason over all queues, and looking changes nothing', async () => {
      const [first, second] = home.queues;
      await bury(first, events('a', 'b'));
      await bury(first, events('c'), { kind: 'rejected', reason: 'too_large', status: 413 });
      await bury(second, events('d'));

      for (let look = 0; look < 2; look++) {
        const { groups, letters, isComplete } = await list();
        expect(isComplete).toBe(true);
        expect(groups.map(({ queue, reason, count }) => [queue, reason, count]).toSorted()).toEqual(
          [
            [first, 'http_400', 2],
            [first, 'too_large', 1],
            [second, 'http_400', 1],
          ].toSorted(),
        );
        expect(letters).toHaveLength(4);
      }
      expect(await listed({ reason: 'too_large' })).toEqual(['c']);
    });

    test('one is shown whole, with what the vendor said and its event', async () => {
      const [queue] = home.queues;
      await bury(queue, events('a'), {
        kind: 'rejected',
        reason: 'http_400',
        detail: 'bad field',
        status: 400,
      });
      const [letter] = (await list()).letters;

      const shown = await act<DeadLetter>('dead-letter', { queue, messageId: letter?.messageId });

      expect(shown).toMatchObject({
        queue,
        reason: 'http_400',
        detail: 'bad field',
        status: 400,
        receiveCount: 1,
        event: { detail: anAuditEvent({ id: 'a' }) },
      });
      await expect(act('dead-letter', { queue, messageId: 'none' })).rejects.toThrow('no such dead letter');
    });

    test('they are selected by queue, reason, pattern, age and id, all of which must hold', async () => {
      const [first, second] = home.queues;
      await bury(first, [anAuditEvent({ id: 'a', severity: 'high' }), ...events('b')]);
      await bury(second, [anAuditEvent({ id: 'c', severity: 'high' })], { kind: 'rejected', reason: 'no' });

      expect(await listed({ queue: second })).toEqual(['c']);
      expect(await listed({ reason: 'http_400' })).toEqual(['a', 'b']);
      expect(await listed({ pattern: { severity: ['high'] } })).toEqual(['a', 'c']);
      expect(await listed({ pattern: { severity: ['high'] }, reason: 'no' })).toEqual(['c']);
      expect(await listed({ ids: ['b', 'c'] })).toEqual(['b', 'c']);
      expect(await listed({ olderThanMs: 3_600_000 })).toEqual([]);
      expect(await listed({ newerThanMs: 3_600_000 })).toEqual(['a', 'b', 'c']);
      const [letter] = (await list({ queue: second })).letters;
      expect(await listed({ ids: [letter?.messageId] })).toEqual(['c']);
    });

    test('a replay brings what is selected back to its own queue alone, to be tried from the start', async () => {
      const [first, second] = home.queues;
      await bury(first, events('a', 'b', 'c'));
      await bury(second, events('d'));

      expect(
        await run('replay-dead-letters', { selection: { queue: first, ids: ['a', 'b'] } }),
      ).toMatchObject({
        moved: 2,
      });
      const back = consume(first, () => ({ kind: 'delivered' }));
      const other = consume(second, () => ({ kind: 'delivered' }));
      await until(() => back.received.length === 2);

      expect(back.received.map(idOf).toSorted()).toEqual(['a', 'b']);
      expect(back.received.map(({ receiveCount }) => receiveCount)).toEqual([1, 1]);
      expect(other.received).toEqual([]);
      expect(await listed()).toEqual(['c', 'd']);
    });

    test('its patience begins anew, and when the bus took it stays', async () => {
      const [queue] = home.queues;
      const { received, stop } = consume(queue, () => ({ kind: 'rejected', reason: 'no' }));
      await home.send(queue, events('a'));
      await until(async () => (await listed()).length === 1);
      await stop();
      const beforeMs = Date.now();

      await run('replay-dead-letters');
      const back = consume(queue, () => ({ kind: 'delivered' }));
      await until(() => back.received.length === 1);

      expect(back.received[0]?.acceptedAtMs).toBe(received[0]?.acceptedAtMs);
      expect(back.received[0]?.queuedAtMs).toBeGreaterThanOrEqual(beforeMs - CLOCKS_DIFFER_MS);
    });

    test('a letter that dies again says how often it was replayed, when, by whom and in which run', async () => {
      const [queue] = home.queues;
      await bury(queue, events('a'));
      const runs: string[] = [];
      for (let n = 0; n < 2; n++) {
        const { stop } = consume(queue, () => ({ kind: 'rejected', reason: 'again' }));
        runs.push((await run('replay-dead-letters', {}, operator('audit-stream', `person-${n}`))).run);
        await until(async () => (await list()).letters[0]?.replayed === n + 1);
        await stop();
      }
      const [letter] = (await list()).letters;
      const { replays } = await act<{ replays: Replays }>('dead-letter', {
        queue,
        messageId: letter?.messageId,
      });

      expect(replays.count).toBe(2);
      expect(replays.last.map(({ by, run }) => [by, run])).toEqual([
        ['person-0', runs[0]],
        ['person-1', runs[1]],
      ]);
      expect(Math.abs(Date.now() - (replays.last[1]?.atMs ?? 0))).toBeLessThan(60_000);
    });

    test('what was replayed often stays, unless it is named or forced', async () => {
      const [queue] = home.queues;
      await bury(queue, events('a', 'b'));
      const { stop } = consume(queue, () => ({ kind: 'rejected', reason: 'again' }));
      for (let n = 1; n <= REPLAYED_OFTEN; n++) {
        await run('replay-dead-letters');
        await until(async () => (await list()).letters.filter(({ replayed }) => replayed === n).length === 2);
      }
      await stop();

      expect(await run('replay-dead-letters')).toMatchObject({ moved: 0, skipped: { replayed_often: 2 } });
      expect(await run('replay-dead-letters', { selection: { ids: ['a'] } })).toMatchObject({ moved: 1 });
      expect(await run('replay-dead-letters', { force: true })).toMatchObject({ moved: 1 });
      expect(await listed()).toEqual([]);
    });

    test('a run ends, though all that it replays dies again at once', async () => {
      const [queue] = home.queues;
      await bury(queue, events('a', 'b', 'c'));
      const { received } = consume(queue, () => ({ kind: 'rejected', reason: 'again' }));

      const first = await act<Step>('replay-dead-letters', { limit: 2 });
      await until(async () => received.length === 2 && (await list()).scanned === 3);
      const rest = await run('replay-dead-letters', { run: first.run, limit: 1 });
      await until(() => received.length === 3);

      expect(first.replayed).toBe(2);
      expect(rest.moved).toBe(1);
      expect(received.map(idOf).toSorted()).toEqual(['a', 'b', 'c']);
    });

    test('a dry run counts what would be moved and moves nothing', async () => {
      await bury(home.queues[0], events('a', 'b'));
      await bury(home.queues[1], events('c'));

      expect(await act('replay-dead-letters', { dryRun: true })).toMatchObject({
        replayed: 3,
        isComplete: true,
      });
      expect(await act('purge-dead-letters', { dryRun: true, selection: { ids: ['c'] } })).toMatchObject({
        purged: 1,
      });
      expect(await listed()).toEqual(['a', 'b', 'c']);
      expect(audited).toEqual([]);
    });

    test('a purge deletes what is selected for good, and nothing else', async () => {
      const [first, second] = home.queues;
      await bury(first, events('a', 'b'));
      await bury(second, events('c'));

      expect(await run('purge-dead-letters', { selection: { queue: first, ids: ['a'] } })).toMatchObject({
        moved: 1,
      });

      expect(await listed()).toEqual(['b', 'c']);
    });

    test('a step takes no more than it is told, and the next goes on', async () => {
      await bury(home.queues[0], events(...Array.from({ length: 25 }, (_, n) => `e${n}`)));

      const first = await act<Step>('replay-dead-letters', { limit: 7 });
      const rest = await run('replay-dead-letters', { run: first.run, next: first.next, limit: 7 });

      expect(first).toMatchObject({ replayed: 7, isComplete: false });
      expect(rest.moved).toBe(18);
      expect(await listed()).toEqual([]);
    });

    test("an operator sees, shows, replays and purges its own tenant's letters only", async () => {
      const [queue] = home.queues;
      await bury(queue, [anAuditEvent({ id: 'ours' }), anAuditEvent({ id: 'theirs', tenantId: 'globex' })]);
      const acme = operator('acme');
      const theirs = (await list()).letters.find(({ eventId }) => eventId === 'theirs');

      expect(await listed({}, acme)).toEqual(['ours']);
      await expect(act('dead-letter', { queue, messageId: theirs?.messageId }, acme)).rejects.toThrow(
        'no such dead letter',
      );
      expect(await run('purge-dead-letters', { selection: { ids: ['theirs'] } }, acme)).toMatchObject({
        moved: 0,
        skipped: {},
      });
      expect(await run('replay-dead-letters', {}, acme)).toMatchObject({ moved: 1 });
      await until(async () => (await listed()).includes('theirs'));
      expect(await listed()).toEqual(['theirs']);
    });

    test('each step that moved anything is on record, with who, what was selected and how many', async () => {
      await bury(home.queues[0], events('a', 'b', 'c'));

      const { run: name } = await run('replay-dead-letters', { limit: 2, selection: { reason: 'http_400' } });
      await run('purge-dead-letters');

      expect(audited).toMatchObject([
        {
          action: 'dead_letters.replayed',
          principal: { subject: 'ada' },
          metadata: { run: name, replayed: 2 },
        },
        { action: 'dead_letters.replayed', metadata: { run: name, replayed: 1 } },
      ]);
      expect(audited[0]?.metadata?.selection).toBe('{"reason":"http_400"}');
    });
  });
}

/** The clock of a queue server on this machine is this clock; a store may round down. */
const CLOCKS_DIFFER_MS = 1_000;

function once(run: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= run();
    return done;
  };
}
