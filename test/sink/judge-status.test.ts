import { expect, test } from '@jest/globals';
import { judgeStatus, retryAfterMs } from '../../src/sink/judge-status.ts';

const answer = (status: number, headers: Record<string, string> = {}) => ({
  kind: 'answered' as const,
  status,
  headers,
  body: '',
});

test.each([
  ['delivered', [200, 201, 202, 204]],
  ['misconfigured', [301, 302, 307, 401, 403, 404, 405, 407, 410]],
  ['retry', [408, 409, 423, 425, 429, 500, 501, 502, 503, 504, 507, 529]],
  ['split', [400, 402, 406, 411, 413, 415, 422, 431, 451]],
])('%s: %j', (kind, statuses) => {
  for (const status of statuses as readonly number[])
    expect({ status, kind: judgeStatus(answer(status), 0).kind }).toEqual({ status, kind });
});

test('a pause that the answer asks for is kept, in seconds or as a date', () => {
  const nowMs = Date.parse('2026-11-24T12:00:00Z');
  const after = (headers: Record<string, string>) => retryAfterMs(answer(429, headers), nowMs);
  expect(after({ 'retry-after': '30' })).toBe(30_000);
  expect(after({ 'retry-after': 'Tue, 24 Nov 2026 12:01:00 GMT' })).toBe(60_000);
  expect(after({ 'retry-after': 'Tue, 24 Nov 2026 11:00:00 GMT' })).toBe(0);
  expect(after({ 'x-ratelimit-reset': '7' })).toBe(7_000);
  expect(after({ 'retry-after': 'soon' })).toBeUndefined();
  expect(after({})).toBeUndefined();
  expect(judgeStatus(answer(503, { 'retry-after': '30' }), nowMs)).toEqual({
    kind: 'retry',
    reason: 'http_503',
    status: 503,
    afterMs: 30_000,
  });
});
