/** The extension against a Lambda that fails it: what waits is journalled, and Lambda is asked again. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { afterEach, expect, test } from '@jest/globals';
import { type Extension, startExtension } from '../../src/audit/delivery/extension.ts';
import { until } from '../builders/until.ts';

/** In a thread of its own, because registering stands still until it is answered. */
const LAMBDA = `
const { createServer } = require('node:http');
const { parentPort, workerData } = require('node:worker_threads');
const answers = [...workerData];
const server = createServer((request, response) => {
  const next = answers.shift();
  if (next === undefined) return;
  response.writeHead(next.status, { 'lambda-extension-identifier': 'it' }).end(next.text ?? JSON.stringify(next.body ?? {}));
});
server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));
`;

const workers: Worker[] = [];
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.terminate();
});

/** Answers what is asked with one after the other; what comes after the last waits. */
async function anExtension(...answers: readonly { status: number; body?: unknown; text?: string }[]) {
  const worker = new Worker(LAMBDA, { eval: true, workerData: answers });
  workers.push(worker);
  const [port] = await once(worker, 'message');
  const told: string[] = [];
  const deadlines: number[] = [];
  const extension: Extension = startExtension({
    runtimeApi: `127.0.0.1:${port}`,
    afterResponse: async (deadlineMs) => void deadlines.push(deadlineMs),
    tell: (at, error) => void told.push(`${at}: ${error}`),
  });
  return { extension, told, deadlines };
}

const invoke = { status: 200, body: { eventType: 'INVOKE', requestId: 'r-1', deadlineMs: 9 } };

test('it holds the environment as soon as it is made, and sends when the invocation is over', async () => {
  const { extension, told, deadlines } = await anExtension({ status: 200 }, invoke);
  expect(extension.holds('r-1')).toBe(true);
  extension.begin('r-1');
  extension.end('r-1');
  await until(() => deadlines.length > 0);
  expect(deadlines).toEqual([9]);
  expect(told).toEqual([]);
});

test('a Lambda that refuses it is told, and nothing is held', async () => {
  const { extension, told } = await anExtension({ status: 403 });
  expect(extension.holds('r-1')).toBe(false);
  expect(told).toEqual(['register: register was answered with 403']);
});

test('when Lambda does not say what is next, what waits is journalled, and it asks again', async () => {
  const { extension, told, deadlines } = await anExtension(
    { status: 200 },
    { status: 500 },
    { status: 500 },
    invoke,
  );
  await until(() => deadlines.length > 0);
  expect(deadlines[0]).toBe(0);
  expect(extension.holds('r-1')).toBe(false);
  expect(told).toEqual(['register: event/next was answered with 500']);
  extension.begin('r-1');
  extension.end('r-1');
  await until(() => deadlines.includes(9));
  expect(told).toHaveLength(1);
});

test('an answer that cannot be read is one that failed, and harms nobody', async () => {
  const { told, deadlines } = await anExtension({ status: 200 }, { status: 200, text: 'no JSON' }, invoke);
  await until(() => deadlines.includes(9));
  expect(deadlines).toEqual([0, 9]);
  expect(told).toHaveLength(1);
});

test('an invocation that it was told of late, after its end, is sent for at once', async () => {
  const { extension, deadlines } = await anExtension({ status: 200 }, { status: 500 }, invoke);
  extension.begin('r-1');
  extension.end('r-1');
  await until(() => deadlines.includes(9));
  expect(deadlines).toEqual([0, 9]);
});

test('an invocation that the middleware never sees is let go', async () => {
  const { extension, deadlines } = await anExtension({ status: 200 }, invoke);
  await until(() => deadlines.length > 0);
  expect(extension.holds('r-1')).toBe(false);
  expect(extension.holds('r-2')).toBe(true);
});
