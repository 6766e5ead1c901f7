/** A golden record for each kind of event that starts a Lambda: what an auditor gets to read. */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import middy from '@middy/core';
import { audit } from '../../src/audit/index.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';

const EVENTS = new URL('../data/lambda-events/', import.meta.url);
const RECORDS = new URL('../data/audit-records/', import.meta.url);
const WRITE = process.env.AUDIT_STREAM_WRITE === '1';
const names = readdirSync(EVENTS).filter((name) => name.endsWith('.json'));

async function recordOf(event: unknown): Promise<AuditEvent> {
  const records: AuditEvent[] = [];
  const middleware = audit({
    service: 'billing',
    environment: 'test',
    version: '1.4.2',
    deliver: (record) => void records.push(record),
    now: () => Date.parse('2026-11-01T12:00:00.000Z'),
    elapsedMs: () => 1,
    newId: () => '019a3f5e-5c00-7000-8000-000000000001',
  });
  const context = {
    awsRequestId: '8f5c1c1e-7c52-4a0c-9a3f-2d2f5a1f4b11',
    functionName: 'billing-api',
    functionVersion: '7',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:billing-api',
  };
  await middy()
    .use(middleware)
    .handler(async () => ({ statusCode: 200 }))(event as never, context as never);
  const { coldStart: _cold, ...source } = (records[0] as AuditEvent).source;
  // Differ from run to run.
  return { ...(records[0] as AuditEvent), source, performance: { durationMs: 0 } };
}

test.each(names)('%s', async (name) => {
  const record = await recordOf(JSON.parse(readFileSync(new URL(name, EVENTS), 'utf8')));
  expect(parseAuditEvent(record)).toEqual(record);
  const file = new URL(name, RECORDS);
  if (WRITE) writeFileSync(file, `${JSON.stringify(record, null, 2)}\n`);
  expect(record).toEqual(JSON.parse(readFileSync(file, 'utf8')));
});

test('no golden record is left without its event', () => {
  expect(existsSync(RECORDS)).toBe(true);
  expect(readdirSync(RECORDS).sort()).toEqual(names.sort());
});
