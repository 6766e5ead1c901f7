/** Registers the extension before the function has loaded. Lambda takes that only until the runtime first asks for an
 * invocation, which AWS's client does before a request begun while loading has left; so the loading stands still.
 * https://docs.aws.amazon.com/lambda/latest/dg/runtimes-extensions-api.html#runtimes-extensions-api-reg */
import { MessageChannel, receiveMessageOnPort, Worker } from 'node:worker_threads';

/** Answers the identifier that Lambda gave. Blocks, a second at most. Throws with Lambda's status or the error's code. */
export function registerNow(runtimeApi: string): string {
  const answered = new Int32Array(new SharedArrayBuffer(4));
  const { port1: answers, port2: port } = new MessageChannel();
  // Neither the preloads nor the variables of the service: it has one request to make.
  const worker = new Worker(REQUEST, {
    eval: true,
    env: {},
    execArgv: [],
    workerData: { url: `http://${runtimeApi}/2020-01-01/extension/register`, answered, port },
    transferList: [port],
  });
  worker.on('error', () => {});
  worker.unref();
  Atomics.wait(answered, 0, 0, GIVE_UP_MS);
  const { identifier, problem = 'register was not answered in time' } =
    (receiveMessageOnPort(answers)?.message as Answer | undefined) ?? {};
  answers.close();
  if (identifier === undefined) throw new Error(problem);
  return identifier;
}

interface Answer {
  readonly identifier?: string;
  readonly problem?: string;
}

const GIVE_UP_MS = 1_000;

/** A text, because the service's bundle is one file. */
const REQUEST = `
const { request } = require('node:http');
const { url, answered, port } = require('node:worker_threads').workerData;
const done = (answer) => {
  port.postMessage(answer);
  Atomics.store(answered, 0, 1);
  Atomics.notify(answered, 0);
};
const headers = { 'lambda-extension-name': 'audit-stream' };
request(url, { method: 'POST', headers, agent: false }, (response) => {
  response.resume();
  const identifier = response.headers['lambda-extension-identifier'];
  if (response.statusCode === 200 && identifier) done({ identifier });
  else done({ problem: 'register was answered with ' + response.statusCode });
})
  .on('error', (error) => done({ problem: 'register: ' + error.code }))
  .end('{"events":["INVOKE"]}');
`;
