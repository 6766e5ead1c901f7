/** An alert from its firing to its end in a strict workspace: one message, kept up to date, heard where it should be. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { openStore } from '../../../src/local/store/open-store.ts';
import type { AlertMemory } from '../../../src/sink/alert-memory.ts';
import type { QueueMessage } from '../../../src/stream/ports.ts';
import { aDelivery, aDestination, aNotice } from '../a-delivery.ts';
import { type Clock, drain } from '../a-queue.ts';
import { aSlack, CHANNEL, HOOK, say, type WorkspaceOptions } from '../a-slack.ts';

const app = aDestination('slack', { token: { secret: 'token' }, channel: CHANNEL });
const hook = aDestination('slack', { webhookUrl: { secret: 'hook' } });

const LIFE: readonly Partial<Alert>[] = [
  { sequence: 1, change: 'fired', status: 'firing', count: 1 },
  { sequence: 2, change: 'merged', status: 'firing', count: 5 },
  { sequence: 3, change: 'repeated', status: 'firing', count: 9 },
  { sequence: 4, change: 'acknowledged', status: 'acknowledged', acknowledgedBy: { id: 'u1', name: 'Ada' } },
  { sequence: 5, change: 'resolved', status: 'resolved', resolvedBy: { kind: 'quiet' } },
];

interface HomeOptions extends Partial<WorkspaceOptions> {
  readonly destination?: typeof app;
  readonly consumers?: number;
  readonly memory?: AlertMemory;
}

/** A workspace, and consumers of one queue that share what was told. */
function aHome({ destination = app, consumers = 1, memory, ...options }: HomeOptions = {}) {
  const clock: Clock = { nowMs: Date.parse('2026-11-24T12:00:00Z') };
  const workspace = aSlack({ now: () => clock.nowMs, ...options });
  const alertMemory = memory ?? openStore({ dataDir: ':memory:' }).alertMemory;
  const deliveries = Array.from({ length: consumers }, () =>
    aDelivery(destination, {
      send: workspace.send,
      now: () => clock.nowMs,
      alertMemory,
      readSecret: async () => (destination === hook ? HOOK : 'a-secret-of-the-vendor'),
    }),
  );
  const run = (messages: readonly QueueMessage[]) =>
    drain(messages, { clock, consumers: deliveries.map(({ deliver }) => deliver) });
  const notice = (fields: Partial<Alert>) => aNotice(fields, clock.nowMs);
  const logged = () => deliveries.flatMap((one) => one.logged).join();
  return { ...workspace, clock, run, notice, logged };
}

const DELIVERED = { kind: 'delivered' };
const methods = ({ calls }: Pick<ReturnType<typeof aSlack>, 'calls'>) => calls.map(({ method }) => method);

describe('an alert in Slack', () => {
  test('is one message that is kept up to date, and its thread says what people must hear', async () => {
    const home = aHome();
    for (const fields of LIFE) expect(await home.run([home.notice(fields)])).toEqual([DELIVERED]);
    const [message] = home.shown;
    expect(home.shown).toHaveLength(1);
    expect(message?.edits).toBe(4);
    expect(message?.text.split('\n')[0]).toBe('✅ Resolved: MFA switched off for root');
    expect(JSON.stringify(message?.blocks)).toContain('✅ Resolved: MFA switched off for root');
    expect(message?.replies).toEqual([
      'Still firing: 9 events so far, the last at 2026-11-01 12:00:00 UTC.',
      'Acknowledged by `Ada`.',
      'Resolved: nothing came for a while.',
    ]);
    expect(home.refused).toEqual([]);
  });

  test('is said by a webhook as often as people must hear of it, and more events alone are no news', async () => {
    const home = aHome({ destination: hook });
    for (const fields of LIFE) expect(await home.run([home.notice(fields)])).toEqual([DELIVERED]);
    expect(home.shown.map(({ text }) => text.split('\n')[0])).toEqual([
      '🟠 High: MFA switched off for root',
      '🟠 High: MFA switched off for root',
      '👀 Acknowledged: MFA switched off for root',
      '✅ Resolved: MFA switched off for root',
    ]);
    expect(home.refused).toEqual([]);
  });

  test('that is over is not begun again by an old notice from the dead letters', async () => {
    const home = aHome();
    await home.run(LIFE.map(home.notice));
    const before = methods(home).length;
    home.clock.nowMs += 10 * 24 * 3_600_000;
    expect(await home.run([home.notice(LIFE[0] as Partial<Alert>)])).toEqual([DELIVERED]);
    expect(methods(home)).toHaveLength(before);
  });

  test('trap 31: in whatever order, however often and by two at once: one message, its last state, no request too many', async () => {
    const deck = fc
      .array(fc.constantFrom(...LIFE), { maxLength: 6 })
      .chain((again) => fc.shuffledSubarray([...LIFE, ...again], { minLength: LIFE.length + again.length }));
    await fc.assert(
      fc.asyncProperty(deck, fc.integer({ min: 1, max: 12 }), async (notices, alerts) => {
        const home = aHome({ consumers: 2 });
        const messages = notices.flatMap((fields) =>
          Array.from({ length: alerts }, (_, i) => home.notice({ ...fields, alertId: `alert-${i}` })),
        );
        const ends = await home.run(messages);
        expect(new Set(ends.map((end) => end?.kind))).toEqual(new Set(['delivered']));
        expect(home.shown).toHaveLength(alerts);
        for (const { text, replies } of home.shown) {
          expect(text).toContain('✅ Resolved');
          expect(new Set(replies).size).toBe(replies.length);
        }
        expect(home.refused).toEqual([]);
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test('a flood keeps the pace of channel and method over minutes, and all of it comes through', async () => {
    const home = aHome({ consumers: 2 });
    const beganMs = home.clock.nowMs;
    for (const fields of LIFE.slice(0, 3)) {
      const wave = Array.from({ length: 100 }, (_, i) => home.notice({ ...fields, alertId: `alert-${i}` }));
      expect((await home.run(wave)).every((end) => end?.kind === 'delivered')).toBe(true);
    }
    expect(home.shown).toHaveLength(100);
    expect(home.refused).toEqual([]);
    // A post, an update, and an update with its reply, and not much more than the gaps between them.
    expect(home.clock.nowMs - beganMs).toBeLessThan(100 * 4 * 1_200 * 1.3);
  }, 60_000);
});

describe('a message that cannot be changed', () => {
  test('because somebody deleted it is told anew, and from then on the new one is kept up to date', async () => {
    const home = aHome();
    await home.run([home.notice(LIFE[0] as Partial<Alert>)]);
    const [first] = home.shown;
    home.remove(first?.ts ?? '');
    for (const fields of LIFE.slice(2)) expect(await home.run([home.notice(fields)])).toEqual([DELIVERED]);
    expect(home.shown).toHaveLength(1);
    expect(home.shown[0]?.text).toContain('✅ Resolved');
    expect(home.shown[0]?.replies).toHaveLength(2);
    expect(home.logged()).toContain('message_not_found');
  });

  test.each(['edit_window_closed', 'cant_update_message', 'is_inactive', 'is_archived', 'channel_not_found'])(
    'because of %s is told anew where the destination is now',
    async (error) => {
      let isClosed = true;
      const home = aHome({
        trouble: (method) =>
          method === 'chat.update' && isClosed ? say(200, JSON.stringify({ ok: false, error })) : undefined,
      });
      await home.run([home.notice(LIFE[0] as Partial<Alert>)]);
      expect(await home.run([home.notice(LIFE[2] as Partial<Alert>)])).toEqual([DELIVERED]);
      isClosed = false;
      expect(await home.run([home.notice(LIFE[4] as Partial<Alert>)])).toEqual([DELIVERED]);
      expect(home.shown.map(({ edits }) => edits)).toEqual([0, 1]);
    },
  );

  test('or answered in a thread is told anew, where people hear of it', async () => {
    const home = aHome({
      trouble: (_method, { thread_ts: thread }) =>
        thread ? say(200, '{"ok":false,"error":"cannot_reply_to_message"}') : undefined,
    });
    await home.run([home.notice(LIFE[0] as Partial<Alert>)]);
    expect(await home.run([home.notice(LIFE[4] as Partial<Alert>)])).toEqual([DELIVERED]);
    expect(home.shown.map(({ text }) => text.includes('✅ Resolved'))).toEqual([true, true]);
  });

  test('is not looked for under its name of another kind of destination', async () => {
    const memory = openStore({ dataDir: ':memory:' }).alertMemory;
    const before = aHome({ destination: hook, memory });
    await before.run([before.notice(LIFE[0] as Partial<Alert>)]);
    const after = aHome({ memory });
    after.clock.nowMs += 60_000;
    expect(await after.run([after.notice(LIFE[2] as Partial<Alert>)])).toEqual([DELIVERED]);
    expect(methods(after)).toEqual(['chat.postMessage']);
  });
});

describe('what Slack may have done without saying so', () => {
  test('an answer to the first message that is lost makes a second one, and only that can', async () => {
    let losses = 1;
    const home = aHome({ lose: () => losses-- > 0 });
    for (const fields of LIFE) expect(await home.run([home.notice(fields)])).toEqual([DELIVERED]);
    expect(home.shown.map(({ edits }) => edits)).toEqual([0, 4]);
  });

  test('an answer to an update that is lost doubles nothing', async () => {
    const lost = new Set<string>();
    const home = aHome({
      lose: (method, { text }) => method === 'chat.update' && !lost.has(text) && !!lost.add(text),
    });
    for (const fields of LIFE) expect(await home.run([home.notice(fields)])).toEqual([DELIVERED]);
    expect(lost.size).toBeGreaterThan(0);
    expect(home.shown).toHaveLength(1);
    expect(home.shown[0]?.replies).toHaveLength(3);
  });
});
