/** What every table of connections and subscriptions must do, at home and in AWS. */
import { describe, expect, test } from '@jest/globals';
import { positionAt } from '../../src/domain/position.ts';
import type { Connection, Subscription, Subscriptions } from '../../src/stream/ports.ts';

export interface SubscriptionsUnderTest {
  readonly subscriptions: Subscriptions;
  readonly setNow: (ms: number) => void;
}

const NOW_MS = Date.UTC(2026, 10, 1);
const LATER_MS = NOW_MS + 3_600_000;
const MANY = { perTenant: 10_000, perConnection: 10_000 };

export function subscriptionsContract(
  name: string,
  make: (nowMs: number) => Promise<SubscriptionsUnderTest>,
): void {
  describe(`the subscriptions of ${name}`, () => {
    test('a connection is found until its expiry has passed, whatever the table still holds', async () => {
      const { subscriptions } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), MANY);

      expect((await subscriptions.connection('c1', NOW_MS))?.principal.subject).toBe('ada');
      expect(await subscriptions.connection('c1', LATER_MS)).toBeUndefined();
      expect(await subscriptions.connection('unknown', NOW_MS)).toBeUndefined();
    });

    test('a subscription is live once it is acknowledged, and moves the version', async () => {
      const { subscriptions } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), MANY);
      const before = await subscriptions.version('acme');

      expect(await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub: 's' }), MANY)).toBe(
        'subscribed',
      );

      expect(await subscriptions.version('acme')).toBeGreaterThan(before);
      expect(await live(subscriptions, 'acme')).toEqual([aSubscription({ connectionId: 'c1', sub: 's' })]);
    });

    test('an expired subscription is not live', async () => {
      const { subscriptions } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), MANY);
      await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub: 's' }), MANY);

      expect(await live(subscriptions, 'acme', LATER_MS)).toEqual([]);
      expect(await subscriptions.of('c1', LATER_MS)).toEqual([]);
    });

    test('closing a connection takes exactly its own subscriptions', async () => {
      const { subscriptions } = await make(NOW_MS);
      for (const connectionId of ['c1', 'c10', 'c2']) {
        await subscriptions.open(aConnection({ connectionId }), MANY);
        for (const sub of ['a', 'b'])
          await subscriptions.subscribe(aSubscription({ connectionId, sub }), MANY);
      }
      const before = await subscriptions.version('acme');

      await subscriptions.close('c1');

      expect((await live(subscriptions, 'acme')).map(({ connectionId, sub }) => connectionId + sub)).toEqual([
        'c10a',
        'c10b',
        'c2a',
        'c2b',
      ]);
      expect(await subscriptions.connection('c1', NOW_MS)).toBeUndefined();
      expect(await subscriptions.version('acme')).toBeGreaterThan(before);
      await subscriptions.close('c1');
    });

    test('the same name again replaces the subscription', async () => {
      const { subscriptions } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), MANY);
      await subscriptions.subscribe(
        aSubscription({ connectionId: 'c1', sub: 's', pattern: { action: ['a.b'] } }),
        { perConnection: 1 },
      );

      expect(
        await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub: 's', pattern: {} }), {
          perConnection: 1,
        }),
      ).toBe('subscribed');

      expect((await subscriptions.of('c1', NOW_MS)).map(({ pattern }) => pattern)).toEqual([{}]);
    });

    test('unsubscribing takes one and says so when there is none', async () => {
      const { subscriptions } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), MANY);
      for (const sub of ['a', 'b'])
        await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub }), MANY);

      expect(await subscriptions.unsubscribe('c1', 'a')).toBe('unsubscribed');
      expect(await subscriptions.unsubscribe('c1', 'a')).toBe('unknown');

      expect((await subscriptions.of('c1', NOW_MS)).map(({ sub }) => sub)).toEqual(['b']);
    });

    test('the limits hold: connections of a tenant, subscriptions of a connection', async () => {
      const { subscriptions } = await make(NOW_MS);
      expect(await subscriptions.open(aConnection({ connectionId: 'c1' }), { perTenant: 1 })).toBe('opened');
      expect(await subscriptions.open(aConnection({ connectionId: 'c2' }), { perTenant: 1 })).toBe(
        'too_many_connections',
      );
      expect(
        await subscriptions.open(aConnection({ connectionId: 'c3', tenantId: 'globex' }), { perTenant: 1 }),
      ).toBe('opened');

      expect(
        await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub: 'a' }), { perConnection: 1 }),
      ).toBe('subscribed');
      expect(
        await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub: 'b' }), { perConnection: 1 }),
      ).toBe('too_many_subscriptions');
    });

    test('an expired connection does not count against the limit', async () => {
      const { subscriptions, setNow } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), { perTenant: 1 });
      setNow(LATER_MS);

      expect(
        await subscriptions.open(aConnection({ connectionId: 'c2', expiresAtMs: LATER_MS + 1000 }), {
          perTenant: 1,
        }),
      ).toBe('opened');
    });

    test('a connection that is gone cannot subscribe or be refreshed', async () => {
      const { subscriptions } = await make(NOW_MS);

      expect(await subscriptions.subscribe(aSubscription({ connectionId: 'gone', sub: 's' }), MANY)).toBe(
        'gone',
      );
      expect(await subscriptions.refresh('gone', aConnection({}).principal, LATER_MS)).toBe('gone');
    });

    test('a refresh takes connection and subscriptions along to the new expiry', async () => {
      const { subscriptions } = await make(NOW_MS);
      await subscriptions.open(aConnection({ connectionId: 'c1' }), MANY);
      await subscriptions.subscribe(aSubscription({ connectionId: 'c1', sub: 's' }), MANY);

      expect(
        await subscriptions.refresh('c1', { ...aConnection({}).principal, name: 'Ada' }, LATER_MS + 1),
      ).toBe('refreshed');

      expect((await subscriptions.connection('c1', LATER_MS))?.principal.name).toBe('Ada');
      expect(await live(subscriptions, 'acme', LATER_MS)).toHaveLength(1);
    });

    test('the live subscriptions of a tenant come in pages, none missing, none of another tenant', async () => {
      const { subscriptions } = await make(NOW_MS);
      for (const tenantId of ['acme', 'globex']) {
        const connections = Array.from({ length: 60 }, async (_, i) => {
          const connectionId = `${tenantId}-${i}`;
          await subscriptions.open(aConnection({ connectionId, tenantId }), MANY);
          for (let s = 0; s < 20; s++)
            await subscriptions.subscribe(aSubscription({ connectionId, tenantId, sub: `s${s}` }), MANY);
        });
        await Promise.all(connections);
      }

      const found = await live(subscriptions, 'acme');

      expect(found).toHaveLength(1200);
      expect(new Set(found.map(({ connectionId, sub }) => `${connectionId} ${sub}`)).size).toBe(1200);
      expect(new Set(found.map(({ tenantId }) => tenantId))).toEqual(new Set(['acme']));
    });
  });
}

function aConnection({ connectionId = 'c1', tenantId = 'acme', expiresAtMs = LATER_MS }): Connection {
  const principal = { subject: 'ada', tenantId, roles: ['viewer'] as const, tokenExpiresAtMs: expiresAtMs };
  return { connectionId, principal, connectedAtMs: NOW_MS, expiresAtMs };
}

function aSubscription({
  connectionId = 'c1',
  tenantId = 'acme',
  sub = 's',
  pattern = {} as unknown,
}): Subscription {
  return { connectionId, tenantId, sub, pattern, from: positionAt(NOW_MS), expiresAtMs: LATER_MS };
}

async function live(
  subscriptions: Subscriptions,
  tenantId: string,
  nowMs = NOW_MS,
): Promise<readonly Subscription[]> {
  const found: Subscription[] = [];
  for (let next: string | undefined; ; ) {
    const page = await subscriptions.live(tenantId, nowMs, next);
    found.push(...page.subscriptions);
    if (page.next === undefined) return found;
    next = page.next;
  }
}
