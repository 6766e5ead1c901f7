/** Business events: what a handler says itself is on record with what is known of its invocation. */
import { describe, expect, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditOptions } from '../../src/audit/options.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';

const TRACE = '4bf92f3577b34da6a3ce929d0e0e4736';
const request = (headers: Record<string, string> = {}) => ({
  version: '2.0',
  routeKey: 'POST /orders',
  rawPath: '/orders',
  headers,
  requestContext: {
    http: { method: 'POST', path: '/orders', sourceIp: '203.0.113.9' },
    authorizer: { jwt: { claims: { sub: 'u-1' } } },
  },
});

async function run(
  handler: () => unknown,
  { options = {}, event = request() }: { options?: Partial<AuditOptions>; event?: unknown } = {},
) {
  const records: AuditEvent[] = [];
  const failures: unknown[] = [];
  let ids = 0;
  const middleware = audit({
    service: 'orders',
    tenantId: 'acme',
    deliver: (record) => void records.push(record),
    onFailure: (failure) => void failures.push(failure),
    newId: () => `id-${++ids}`,
    ...options,
  });
  await middy()
    .use(middleware)
    .handler(async () => handler())(event as never, { awsRequestId: 'r-1' } as never)
    .catch(() => undefined);
  return { records, failures };
}

describe('a business event', () => {
  test('takes tenant, actor, source and context from its invocation, and names its record as the cause', async () => {
    const { records } = await run(async () => {
      await Promise.resolve();
      audit.record({ action: 'order.placed', activity: 'create', targets: [{ type: 'order', id: '7' }] });
    });
    const [said, invocation] = records as [AuditEvent, AuditEvent];
    expect(said).toMatchObject({
      tenantId: 'acme',
      action: 'order.placed',
      activity: 'create',
      outcome: 'success',
      actor: { type: 'user', id: 'u-1' },
      targets: [{ type: 'order', id: '7' }],
      source: { service: 'orders', requestId: 'r-1', coldStart: invocation.source.coldStart },
      context: { ip: '203.0.113.9', causationId: invocation.id, correlationId: invocation.id },
    });
    expect(invocation).toMatchObject({
      action: 'orders.create',
      http: { method: 'POST' },
      context: { correlationId: invocation.id },
    });
    expect(said.http).toBeUndefined();
  });

  test('says what changed, with secrets masked', async () => {
    const { records } = await run(() =>
      audit.record({
        action: 'account.updated',
        before: { email: 'a@example.com', password: 'old', lines: ['x'], since: new Date(0) },
        after: { email: 'b@example.com', password: 'new', lines: ['x', 'y'], since: new Date(0) },
      }),
    );
    expect(records[0]).toMatchObject({
      category: 'data_change',
      changes: [
        { path: 'email', op: 'replace', before: 'a@example.com', after: 'b@example.com' },
        { path: 'password', op: 'replace', before: '[redacted]', after: '[redacted]', redacted: true },
        { path: 'lines[1]', op: 'add', after: 'y' },
      ],
    });
    expect(records[0]?.changes).toHaveLength(3);
  });

  test.each([
    [{ before: undefined, after: { a: 1 } }, [{ path: 'a', op: 'add', after: 1 }]],
    [{ before: { a: 1 }, after: null }, [{ path: 'a', op: 'remove', before: 1 }]],
    [{ before: { a: 1 }, after: { a: 1 } }, []],
  ])('of a thing that is made, gone or the same: %j', async (states, changes) => {
    const { records } = await run(() => audit.record({ action: 'thing.saved', ...states } as never));
    expect(records[0]?.changes).toEqual(changes);
  });

  test('that is wrong is refused, told and costs nothing else', async () => {
    let answer: unknown;
    const { records, failures } = await run(() => {
      answer = audit.record({ action: 'No Action' });
    });
    expect(answer).toBeUndefined();
    expect(records).toMatchObject([{ action: 'orders.create', outcome: 'success' }]);
    expect(failures).toEqual([{ at: 'said', error: 'AuditEventError' }]);
  });

  test('stays when the handler throws afterwards', async () => {
    const { records } = await run(() => {
      audit.record({ action: 'order.placed' });
      throw new Error('no');
    });
    expect(records.map(({ action, outcome }) => [action, outcome])).toEqual([
      ['order.placed', 'success'],
      ['orders.create', 'error'],
    ]);
  });

  test('outside of an audited handler is nothing, and does not throw', () => {
    expect(audit.record({ action: 'order.placed' })).toBeUndefined();
    expect(audit.carry()).toBeUndefined();
  });

  test('belongs to its own of two invocations at once', async () => {
    const records: AuditEvent[] = [];
    const middleware = audit({ service: 'orders', deliver: (record) => void records.push(record) });
    const handler = middy()
      .use(middleware)
      .handler(async (input) => {
        const event = input as { n: number };
        await new Promise((resolve) => setTimeout(resolve, event.n));
        audit.record({ action: 'order.placed', metadata: { n: event.n } });
      });
    await Promise.all([2, 1, 0].map((n) => handler({ n } as never, { awsRequestId: `r-${n}` } as never)));
    const said = records.filter(({ action }) => action === 'order.placed');
    expect(said.map(({ metadata, source }) => `${metadata?.n} ${source.requestId}`).sort()).toEqual([
      '0 r-0',
      '1 r-1',
      '2 r-2',
    ]);
  });
});

describe('which invocations are recorded', () => {
  test('is the service’s to say; business events always are', async () => {
    const { records } = await run(() => audit.record({ action: 'order.placed' }), {
      options: { when: ({ outcome }) => outcome === 'error' },
    });
    expect(records.map(({ action }) => action)).toEqual(['order.placed']);
  });

  test('a choice that fails leaves the record, and is told', async () => {
    const { records, failures } = await run(() => undefined, {
      options: {
        when: () => {
          throw new RangeError('no');
        },
      },
    });
    expect(records).toHaveLength(1);
    expect(failures).toEqual([{ at: 'when', error: 'RangeError' }]);
  });
});

describe('what is handed on', () => {
  test('ties what the handler sends to the caller’s ids and to the record', async () => {
    let carried: unknown;
    const headers = { traceparent: `00-${TRACE}-00f067aa0ba902b7-01`, 'x-correlation-id': 'c-1' };
    const { records } = await run(
      () => {
        carried = audit.carry();
      },
      { event: request(headers) },
    );
    expect(carried).toEqual({
      correlationId: 'c-1',
      causationId: records[0]?.id,
      traceparent: headers.traceparent,
    });
  });

  test('a correlation id that is made up is on record too', async () => {
    let carried: unknown;
    const { records } = await run(() => {
      carried = audit.carry();
    });
    expect(carried).toEqual({ correlationId: records[0]?.id, causationId: records[0]?.id });
    expect(records[0]?.context?.correlationId).toBe(records[0]?.id);
  });
});
