import { afterEach, expect, jest, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import { recorder } from '../../src/audit/testing.ts';

const handler = middy()
  .use(audit({ service: 'orders', metrics: true }))
  .handler(async () => {
    audit.record({ action: 'order.placed' });
    return { statusCode: 201 };
  });
const call = () => handler({} as never, {} as never);

afterEach(() => {
  jest.restoreAllMocks();
});

test('a service’s test sees its records, and nothing is written', async () => {
  const stdout = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const audited = recorder();
  await call();
  expect(audited.records).toMatchObject([{ action: 'order.placed' }, { action: 'function.invoked' }]);
  audited.clear();
  expect(audited.records).toEqual([]);
  expect(stdout).not.toHaveBeenCalled();
  audited.stop();
  await call();
  expect(audited.records).toEqual([]);
  expect(stdout).toHaveBeenCalled();
});
