/** The traps of WebSocket streams, each with a test over real sockets: at home, and at AWS. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { type Position, positionAt } from '../../src/domain/position.ts';
import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES, type PageEntry } from '../../src/domain/protocol/messages.ts';
import type { Limits } from '../../src/stream/limits.ts';
import type { Subscription, Subscriptions } from '../../src/stream/ports.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { connectRaw, type RawViewer } from './stream-raw-viewer.ts';

export interface HomeUnderTest {
  readonly streamUrl: string;
  readonly limits: Limits;
  /** The rows as they are: some traps need one that no socket stands behind. */
  readonly subscriptions: Subscriptions;
  token(tenant: string, roles?: readonly string[]): Promise<string>;
  /** Onto the bus; resolves when accepted. */
  put(events: readonly AuditEvent[]): Promise<void>;
  /** Share of bus events that their consumers are given twice. */
  deliverTwice(share: number): Promise<void>;
  close(): Promise<void>;
}

const HOUR_MS = 3_600_000;

export function streamContract(
  name: string,
  startHomeUnderTest: (limits: Partial<Limits>) => Promise<HomeUnderTest>,
): void {
  describe(`the stream of ${name}`, () => {
    let home: HomeUnderTest;
    const viewers: RawViewer[] = [];
    let tenants = 0;

    beforeAll(async () => {
      home = await startHomeUnderTest({ connectionsPerTenant: 40, subscriptionsPerConnection: 50 });
    });
    afterAll(async () => {
      for (const viewer of viewers) viewer.vanish();
      await home.close();
    });

    const aTenant = (): string => `tenant-${++tenants}`;
    const aViewer = async (tenant: string, roles?: readonly string[]): Promise<RawViewer> => {
      const token = await home.token(tenant, roles);
      const viewer = await connectRaw(home.streamUrl, ['audit-stream.v1', `bearer.${token}`]);
      if ('refused' in viewer) throw new Error(`refused with ${viewer.refused}`);
      viewers.push(viewer);
      return viewer;
    };
    const subscribed = async (viewer: RawViewer, sub: string, filter: unknown = {}): Promise<Position> =>
      (await viewer.ask({ type: 'subscribe', sub, filter }, 'subscribed')).position;
    const rowsOf = async (tenant: string): Promise<readonly Subscription[]> => {
      const rows: Subscription[] = [];
      let next: string | undefined;
      do {
        const page = await home.subscriptions.live(tenant, Date.now(), next);
        rows.push(...page.subscriptions);
        next = page.next;
      } while (next !== undefined);
      return rows;
    };
    /** Rows of a connection that no socket stands behind: its disconnect was never announced. */
    const plantDead = async (tenant: string, connectionId: string, pattern: unknown): Promise<void> => {
      const expiresAtMs = Date.now() + HOUR_MS;
      const principal = {
        subject: 'ada',
        tenantId: tenant,
        roles: ['viewer'] as const,
        tokenExpiresAtMs: expiresAtMs,
      };
      await home.subscriptions.open(
        { connectionId, principal, connectedAtMs: Date.now(), expiresAtMs },
        { perTenant: 1_000 },
      );
      await home.subscriptions.subscribe(
        { connectionId, tenantId: tenant, sub: 's', pattern, from: positionAt(Date.now()), expiresAtMs },
        { perConnection: 1_000 },
      );
    };
    /** Pulls until everything of `ids` is there, or what is missing stays so for the test's whole time. */
    const pullAll = async (
      viewer: RawViewer,
      sub: string,
      after: Position,
      count: number,
    ): Promise<PageEntry[]> => {
      const entries: PageEntry[] = [];
      let position = after;
      await until(async () => {
        const page = await viewer.ask(
          { type: 'pull', sub, after: position, as: 'events', limit: 1_000 },
          'page',
        );
        if ('events' in page) entries.push(...page.events);
        position = page.position;
        if (!page.more && entries.length < count) await new Promise((resolve) => setTimeout(resolve, 100));
        return entries.length >= count && !page.more;
      });
      return entries;
    };

    test('an event put after the acknowledgement is pushed, every time, and lies after its position', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      for (let i = 0; i < 20; i++) {
        const position = await subscribed(viewer, `s${i}`, { actor: { id: [`u-${i}`] } });
        const event = anAuditEvent({ tenantId: tenant, actor: { type: 'user', id: `u-${i}` } });
        await home.put([event]);
        const push = await viewer.hears((m) => m.type === 'event' && m.event.id === event.id);
        expect(push).toMatchObject({ subs: [`s${i}`] });
        if (i % 10 === 0)
          expect(await pullAll(viewer, `s${i}`, position, 1)).toMatchObject([{ event: { id: event.id } }]);
      }
    });

    test('a gone connection costs its own rows only', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      await subscribed(viewer, 'mine');
      await plantDead(tenant, `gone-${tenant}`, {});
      await plantDead(tenant, `asleep-${tenant}`, { action: ['never.happens'] });
      const event = anAuditEvent({ tenantId: tenant });

      await home.put([event]);

      await viewer.hears((m) => m.type === 'event' && m.event.id === event.id);
      await until(
        async () => !(await rowsOf(tenant)).some(({ connectionId }) => connectionId === `gone-${tenant}`),
      );
      expect((await rowsOf(tenant)).map(({ connectionId }) => connectionId).sort()).toEqual(
        [viewer.welcome.connectionId, `asleep-${tenant}`].sort(),
      );
    });

    test('a viewer that vanishes without a word leaves no row', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      await subscribed(viewer, 'mine');
      viewer.vanish();
      await until(async () => (await rowsOf(tenant)).length === 0);
    });

    test('what has expired does not count, though the table still holds it', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      await subscribed(viewer, 'mine');
      await home.subscriptions.subscribe(
        {
          connectionId: viewer.welcome.connectionId,
          tenantId: tenant,
          sub: 'expired',
          pattern: {},
          from: positionAt(Date.now()),
          expiresAtMs: Date.now() - 1,
        },
        { perConnection: 1_000 },
      );
      const event = anAuditEvent({ tenantId: tenant });

      await home.put([event]);

      const push = await viewer.hears((m) => m.type === 'event' && m.event.id === event.id);
      expect(push).toMatchObject({ subs: ['mine'] });
      expect(
        await viewer.say({ type: 'pull', sub: 'expired', after: positionAt(0), as: 'ids' }),
      ).toMatchObject({
        type: 'error',
        name: 'unknown_subscription',
      });
    });

    test('more subscriptions than a page holds all get their push', async () => {
      const tenant = aTenant();
      const crowd = await Promise.all(Array.from({ length: 13 }, () => aViewer(tenant)));
      for (let i = 0; i < 40; i++) await Promise.all(crowd.map((viewer) => subscribed(viewer, `s${i}`)));
      const event = anAuditEvent({ tenantId: tenant });

      await home.put([event]);

      for (const viewer of crowd) {
        const push = await viewer.hears((m) => m.type === 'event' && m.event.id === event.id);
        expect(push.type === 'event' && push.subs.length).toBe(40);
      }
    });

    test('more entries than a page holds come page by page, each once', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      const position = await subscribed(viewer, 'mine', { outcome: ['success'] });
      const events = Array.from({ length: 2_100 }, () => anAuditEvent({ tenantId: tenant }));
      await home.put(events);

      const entries = await pullAll(viewer, 'mine', position, events.length);

      expect(entries.map(({ event }) => event.id).sort()).toEqual(events.map(({ id }) => id).sort());
      const small = await viewer.ask(
        { type: 'pull', sub: 'mine', after: position, as: 'ids', limit: 7 },
        'page',
      );
      expect(small).toMatchObject({ more: true, ids: entries.slice(0, 7).map(({ event }) => event.id) });
    });

    test('an event over 32 KB is pushed and paged trimmed, and fetched whole in parts of one frame', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      const position = await subscribed(viewer, 'mine');
      const lines = Array.from({ length: 1_500 }, (_, i) => `line ${i} — ünïcödé and "quotes" \\ 🎈`);
      const event = anAuditEvent({ tenantId: tenant, metadata: { raw: { lines } } });
      await home.put([event]);

      const push = await viewer.hears((m) => m.type === 'event');
      const [entry] = await pullAll(viewer, 'mine', position, 1);
      await viewer.ask({ type: 'fetch', eventId: event.id }, 'part');
      const parts = (): { n: number; of: number; data: string }[] =>
        viewer.heard.flatMap(({ message }) => (message.type === 'part' ? [message] : []));
      await until(() => parts().length === parts()[0]?.of);

      expect(push).toMatchObject({ event: { id: event.id }, trimmed: { bytes: expect.any(Number) } });
      expect(entry).toMatchObject({ event: { id: event.id }, trimmed: { bytes: expect.any(Number) } });
      const whole = parts()
        .sort((a, b) => a.n - b.n)
        .map(({ data }) => data)
        .join('');
      expect(JSON.parse(whole)).toMatchObject({ id: event.id, metadata: event.metadata });
      for (const { bytes } of viewer.heard) expect(bytes).toBeLessThanOrEqual(MAX_FRAME_BYTES);
    });

    test('a message over 128 KB closes the connection with 1009', async () => {
      const viewer = await aViewer(aTenant());
      viewer.sendText('x'.repeat(MAX_MESSAGE_BYTES + 1));
      expect((await viewer.closed()).code).toBe(1009);
    });

    test('the same event twice, from the producer and from the bus, is in the trail once', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      const position = await subscribed(viewer, 'mine');
      await home.deliverTwice(1);
      const events = Array.from({ length: 20 }, () => anAuditEvent({ tenantId: tenant }));
      await home.put(events);
      await home.put(events);
      const last = anAuditEvent({ tenantId: tenant });
      await home.put([last]);
      await home.deliverTwice(0);

      const entries = await pullAll(viewer, 'mine', position, events.length + 1);
      await viewer.hears((m) => m.type === 'event' && m.event.id === last.id);
      expect(entries.map(({ event }) => event.id).sort()).toEqual(
        [...events, last].map(({ id }) => id).sort(),
      );
    });

    test('no filter, pull or fetch reaches another tenant', async () => {
      const [mine, other] = [aTenant(), aTenant()];
      const viewer = await aViewer(mine);
      const position = await subscribed(viewer, 'all');
      await subscribed(viewer, 'theirs', { tenantId: [other] });
      const secret = anAuditEvent({ tenantId: other });
      const own = anAuditEvent({ tenantId: mine });
      await home.put([secret]);
      await home.put([own]);

      expect((await pullAll(viewer, 'all', position, 1)).map(({ event }) => event.id)).toEqual([own.id]);
      expect(await pullAll(viewer, 'theirs', position, 0)).toEqual([]);
      expect(await viewer.say({ type: 'fetch', eventId: secret.id })).toMatchObject({
        type: 'error',
        name: 'not_found',
      });
      expect(viewer.pushed()).toEqual([own.id]);
    });

    test.each([
      ['text that is no JSON', 'hello'],
      ['no object', '[1]'],
      ['another version', '{"v":2,"type":"ping","id":"x"}'],
      ['an unknown type', '{"v":1,"type":"sing","id":"x"}'],
      ['a missing field', '{"v":1,"type":"subscribe","id":"x","sub":"s"}'],
      ['a bad filter', '{"v":1,"type":"subscribe","id":"x","sub":"s","filter":{"a":[{"prefx":"b"}]}}'],
      [
        'a pull of nothing',
        '{"v":1,"type":"pull","id":"x","sub":"none","after":"0000000000000000","as":"ids"}',
      ],
      ['a binary frame', Buffer.from('{"v":1,"type":"ping","id":"x"}')],
    ])('%s is answered with an error, and the connection lives on', async (_, bad) => {
      const viewer = await aViewer(aTenant());
      viewer.sendText(bad);
      const error = await viewer.hears(({ type }) => type === 'error');
      expect(error).toMatchObject({ code: expect.any(Number), message: expect.any(String) });
      expect(await viewer.say({ type: 'ping' })).toMatchObject({ type: 'pong' });
    });

    test('a bad filter is told its path', async () => {
      const viewer = await aViewer(aTenant());
      const filter = { actor: { type: [{ prefx: 'u' }] } };
      const error = await viewer.ask({ type: 'subscribe', sub: 's', filter }, 'error');
      expect(error).toMatchObject({
        name: 'invalid_filter',
        path: expect.stringContaining('filter.actor.type[0]'),
      });
    });

    test('an act that takes a role is refused with the role’s name', async () => {
      const viewer = await aViewer(aTenant(), ['viewer']);
      const error = await viewer.ask({ type: 'act', what: 'dead-letters' }, 'error');
      expect(error).toMatchObject({ name: 'forbidden', message: expect.stringContaining('operator') });
    });

    test('one subscription too many is answered with the limit; the others stay', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      const limit = home.limits.subscriptionsPerConnection;
      for (let i = 0; i < limit; i++) await subscribed(viewer, `s${i}`, { action: ['a'] });
      const error = await viewer.ask({ type: 'subscribe', sub: 'more', filter: {} }, 'error');
      expect(error).toMatchObject({ name: 'too_many_subscriptions', limit });
      expect(await rowsOf(tenant)).toHaveLength(limit);
    });

    test('one connection too many is refused with 429', async () => {
      const tenant = aTenant();
      for (let i = 0; i < home.limits.connectionsPerTenant; i++) await aViewer(tenant);
      const token = await home.token(tenant);
      expect(await connectRaw(home.streamUrl, ['audit-stream.v1', `bearer.${token}`])).toEqual({
        refused: 429,
      });
    });

    test('too many messages a second are answered with the limit, and it passes', async () => {
      const viewer = await aViewer(aTenant());
      const limit = home.limits.messagesPerSecond;
      for (let i = 0; i < 4 * limit; i++) viewer.sendText(`{"v":1,"type":"ping","id":"p${i}"}`);
      expect(await viewer.hears(({ type }) => type === 'error')).toMatchObject({
        name: 'too_frequent',
        limit,
      });
      await until(async () => {
        viewer.sendText('{"v":1,"type":"ping","id":"later"}');
        await new Promise((resolve) => setTimeout(resolve, 50));
        return viewer.heard.some(({ message }) => message.type === 'pong' && message.id === 'later');
      });
    });

    test.each([
      ['no token', ['audit-stream.v1']],
      ['a token that is none', ['audit-stream.v1', 'bearer.abc.def.ghi']],
    ])('%s is refused with 401', async (_, protocols) => {
      expect(await connectRaw(home.streamUrl, protocols)).toEqual({ refused: 401 });
    });

    test('the server answers with the protocol alone, never with the token', async () => {
      const tenant = aTenant();
      const viewer = await aViewer(tenant);
      expect(viewer.welcome).toMatchObject({ tenantId: tenant, roles: ['viewer'] });
    });
  });
}
