/** Runs a handler over the Runtime API as AWS's Node client does, in what matters here: it answers after one more turn
 * of the event loop, and the process stands still until Lambda has the answer; then it asks for the next.
 * https://github.com/aws/aws-lambda-nodejs-runtime-interface-client */
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

const { AWS_LAMBDA_RUNTIME_API: api, LAMBDA_TASK_ROOT: root, _HANDLER: named } = process.env;
const [file, name] = named.split('.');
const agent = new Agent({ keepAlive: true, maxSockets: 1 });
let current = '';

/** Posts for the main thread, which waits. */
const flag = new Int32Array(new SharedArrayBuffer(4));
const poster = new Worker(
  `const { request } = require('node:http');
  const { parentPort, workerData: { api, flag } } = require('node:worker_threads');
  parentPort.on('message', ({ path, body }) => {
    request('http://' + api + '/2018-06-01/runtime/' + path, { method: 'POST' }, (answer) => {
      answer.resume().on('end', () => { Atomics.store(flag, 0, answer.statusCode); Atomics.notify(flag, 0); });
    }).end(body);
  });`,
  { eval: true, workerData: { api, flag } },
);
poster.unref();

function post(path, value) {
  Atomics.store(flag, 0, 0);
  poster.postMessage({ path, body: JSON.stringify(value ?? null) });
  Atomics.wait(flag, 0, 0);
}

function next() {
  return new Promise((resolve, reject) => {
    const asked = request(`http://${api}/2018-06-01/runtime/invocation/next`, { agent }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      answer.on('end', () => resolve({ event: JSON.parse(text), headers: answer.headers }));
    });
    asked.on('error', reject).end();
  });
}

function contextOf(headers) {
  return {
    awsRequestId: headers['lambda-runtime-aws-request-id'],
    invokedFunctionArn: headers['lambda-runtime-invoked-function-arn'],
    functionName: process.env.AWS_LAMBDA_FUNCTION_NAME,
    functionVersion: process.env.AWS_LAMBDA_FUNCTION_VERSION,
    getRemainingTimeInMillis: () => Number(headers['lambda-runtime-deadline-ms']) - Date.now(),
  };
}

const wordsOf = (error) => ({ errorType: error?.name ?? typeof error, errorMessage: String(error?.message) });
const turn = () => new Promise((resolve) => setImmediate(resolve));

for (const [event, code] of [
  ['uncaughtException', 129],
  ['unhandledRejection', 128],
])
  process.on(event, (error) => {
    console.error(error);
    post(current === '' ? 'init/error' : `invocation/${current}/error`, wordsOf(error));
    process.exit(code);
  });

const { [name]: handler } = await import(join(root, `${file}.js`));
for (;;) {
  const { event, headers } = await next();
  const context = contextOf(headers);
  current = context.awsRequestId;
  try {
    const answer = await handler(event, context);
    await turn();
    post(`invocation/${current}/response`, answer);
  } catch (error) {
    await turn();
    post(`invocation/${current}/error`, wordsOf(error));
  }
}
