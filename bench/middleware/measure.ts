/** One service in a process of its own: loads it, calls it, and says what that took. `node measure.ts <bundle> <calls> <billed>` */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

const [, , bundle = '', calls = '0', billed = '0'] = process.argv;
const stub = process.env.AWS_ENDPOINT_URL_EVENTBRIDGE;
const eventText = readFileSync(new URL('./event.json', import.meta.url), 'utf8');
let requests = 0;
/** Calls between two sendings. */
const TURN = 1_000;

const loadedMs = performance.now();
const { handler } = createRequire(import.meta.url)(bundle) as {
  handler: (event: unknown, context: unknown) => Promise<unknown>;
};
const loadMs = performance.now() - loadedMs;

/** Microseconds until the answer is there. */
async function call(awsRequestId = `r-${++requests}`): Promise<number> {
  const event = JSON.parse(eventText);
  const context = {
    awsRequestId,
    functionName: 'orders-api',
    functionVersion: '$LATEST',
    invokedFunctionArn: 'arn:aws:lambda:eu-west-1:123456789012:function:orders-api',
    memoryLimitInMB: '512',
    logGroupName: '/aws/lambda/orders-api',
    logStreamName: 'one',
    getRemainingTimeInMillis: () => 2_900,
  };
  const startedMs = performance.now();
  await handler(event, context);
  return (performance.now() - startedMs) * 1_000;
}

/** The extension hears of an invocation; resolves when it has asked for it, so with all before it sent. */
async function invoke(id: string): Promise<void> {
  if (stub) await fetch(`${stub}/invoke?id=${id}`);
}

await invoke('hold-0');
const firstUs = await call();
const took: number[] = [];
for (let i = 0; i < Number(calls); i++) {
  took.push(await call());
  if (i % TURN === TURN - 1) {
    await call(`hold-${Math.floor(i / TURN)}`);
    await invoke(`hold-${Math.floor(i / TURN) + 1}`);
  }
}
if (Number(billed) > 0) {
  await call(`hold-${Math.floor(Number(calls) / TURN)}`);
  await invoke('b-0');
}
const before = process.cpuUsage();
const beganMs = performance.now();
for (let i = 0; i < Number(billed); i++) {
  await call(`b-${i}`);
  await invoke(`b-${i + 1}`);
}
const { user, system } = process.cpuUsage(before);
const sorted = took.sort((a, b) => a - b);
const at = (share: number) => sorted[Math.floor(sorted.length * share)];
process.send?.({
  loadMs,
  firstUs,
  p50Us: at(0.5),
  p99Us: at(0.99),
  p999Us: at(0.999),
  billedCpuUs: (user + system) / Number(billed),
  billedWallUs: ((performance.now() - beganMs) * 1_000) / Number(billed),
});
process.disconnect?.();
process.exit();
