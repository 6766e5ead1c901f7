/** However an invocation ends, it leaves one record that says so. */
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { until } from '../builders/until.ts';

function aService() {
  const records: AuditEvent[] = [];
  const failures: unknown[] = [];
  const middleware = audit({
    service: 'billing',
    deliver: (record) => void records.push(record),
    onFailure: (failure) => void failures.push(failure),
  });
  return { records, failures, middleware };
}

const call = (handler: unknown, context: object = {}) =>
  (handler as (event: unknown, context: unknown) => Promise<unknown>)({}, context);

describe('an answer that another middleware gives', () => {
  test('before the handler is recorded', async () => {
    const { records, middleware } = aService();
    const denied = { statusCode: 401 };
    const handler = middy()
      .use(middleware)
      .before(() => denied)
      .handler(async () => 'never');
    expect(await call(handler)).toBe(denied);
    expect(records).toMatchObject([{ outcome: 'denied' }]);
  });

  test('after the handler is recorded, and not the handler’s', async () => {
    const { records, middleware } = aService();
    const replaced = { statusCode: 500 };
    const handler = middy()
      .use(middleware)
      .after(() => replaced)
      .handler(async () => ({ statusCode: 200 }));
    expect(await call(handler)).toBe(replaced);
    expect(records).toMatchObject([{ outcome: 'error' }]);
    expect(records[0]?.error).toBeUndefined();
  });

  test.each([
    ['returned early', (_request: { response?: unknown }) => ({ statusCode: 409 })],
    [
      'set as the response',
      (request: { response?: unknown }) => {
        request.response = { statusCode: 409 };
      },
    ],
  ])('to an error is what the record goes by, %s', async (_how, onError) => {
    const { records, middleware } = aService();
    const handler = middy()
      .use(middleware)
      .onError(onError as never)
      .handler(async () => {
        throw new Error('conflict');
      });
    expect(await call(handler)).toEqual({ statusCode: 409 });
    expect(records).toMatchObject([{ outcome: 'failure', error: { name: 'Error', phase: 'handler' } }]);
  });
});

describe('the phase of an error', () => {
  test('is after when the handler had answered, with nothing even', async () => {
    for (const answer of [undefined, { statusCode: 200 }]) {
      const { records, middleware } = aService();
      const handler = middy()
        .use(middleware)
        .after(() => {
          throw new Error('late');
        })
        .handler(async () => answer);
      await expect(call(handler)).rejects.toThrow('late');
      expect(records).toMatchObject([{ outcome: 'error', error: { phase: 'after' } }]);
    }
  });

  test('is before when it is one of middy’s own middlewares’', async () => {
    const { records, middleware } = aService();
    const invalid = Object.assign(new Error('invalid', { cause: { package: '@middy/validator' } }), {
      statusCode: 400,
    });
    const handler = middy()
      .use(middleware)
      .before(() => {
        throw invalid;
      })
      .handler(async () => 'never');
    await expect(call(handler)).rejects.toBe(invalid);
    expect(records).toMatchObject([{ outcome: 'failure', error: { phase: 'before' } }]);
  });

  test('is timeout when the time runs out: journalled before, and not a second time when it answers all the same', async () => {
    const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      const { records, middleware } = aService();
      const handler = middy({ timeoutEarlyInMillis: 0 })
        .use(middleware)
        .handler(async () => {
          await until(() => stdout.mock.calls.length > 0);
          return { statusCode: 200 };
        });
      expect(await call(handler, { getRemainingTimeInMillis: () => 80 })).toEqual({ statusCode: 200 });
      const lines = stdout.mock.calls.map(([line]) => JSON.parse(line as string));
      expect(lines).toMatchObject([
        { auditStreamJournal: 1, event: { outcome: 'error', error: { name: 'TimedOut', phase: 'timeout' } } },
      ]);
      expect(records).toEqual([]);
    } finally {
      stdout.mockRestore();
    }
  });

  test.each([0, -5, Number.NaN, Number.POSITIVE_INFINITY, 'throws'])(
    'a context that says %p is left is no time-out',
    async (leftMs) => {
      const { records, middleware } = aService();
      const handler = middy({ timeoutEarlyInMillis: 0 })
        .use(middleware)
        .handler(async () => {
          for (let turn = 0; turn < 5; turn++) await new Promise((resolve) => setTimeout(resolve, 1));
        });
      const context = {
        getRemainingTimeInMillis() {
          if (leftMs === 'throws') throw new Error('no clock');
          return leftMs;
        },
      };
      await call(handler, context).catch(() => undefined);
      expect(records).toMatchObject([{ outcome: 'success' }]);
    },
  );
});

test.each(['exception', 'rejection'])('a process that dies of an %s journals what it was at', (how) => {
  const script = fileURLToPath(new URL('./fixtures/crash.ts', import.meta.url));
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, how], { encoding: 'utf8' });
  expect(status).not.toBe(0);
  expect(stderr).toContain('out of paper');
  expect(JSON.parse(stdout)).toMatchObject({
    auditStreamJournal: 1,
    event: {
      outcome: 'error',
      source: { requestId: 'r-1' },
      error: { name: 'RangeError', code: 'E_PAPER', phase: 'handler' },
    },
  });
});

test('a process that ends with records on their way journals them', () => {
  const script = fileURLToPath(new URL('./fixtures/leave.ts', import.meta.url));
  const { stdout, status } = spawnSync(process.execPath, [script], { encoding: 'utf8' });
  expect(status).toBe(0);
  const lines = stdout.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line).event.action)).toEqual(['order.placed', 'function.invoked']);
});

test('metrics are one EMF line for an invocation, with two dimensions, and count the middleware’s own failures', async () => {
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    const handler = middy()
      .use(
        audit({
          service: 'billing',
          environment: 'test',
          metrics: true,
          deliver: () => {},
          tenantId: () => '../nobody',
          onFailure: () => {},
        }),
      )
      .handler(async () => {
        throw new Error('no');
      });
    await expect(call(handler, { getRemainingTimeInMillis: () => 2_000 })).rejects.toThrow('no');
    const [line, ...more] = stdout.mock.calls.map(([text]) => JSON.parse(text as string));
    expect(more).toEqual([]);
    const [described] = line._aws.CloudWatchMetrics;
    expect(described).toMatchObject({
      Namespace: 'AuditStream/Middleware',
      Dimensions: [['Service', 'Environment']],
    });
    expect(line).toMatchObject({
      Service: 'billing',
      Environment: 'test',
      RemainingTime: 2_000,
      Errors: 1,
      AuditFailures: 1,
    });
    for (const { Name } of described.Metrics) expect(line[Name]).toEqual(expect.any(Number));
    expect(line._aws.Timestamp).toEqual(expect.any(Number));
  } finally {
    stdout.mockRestore();
  }
});
