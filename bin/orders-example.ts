/** Runs the example service beside the home, in a process of its own: its records come over PutEvents, as any service's. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export type OrdersExample =
  | { readonly kind: 'running'; readonly url: string; readonly stop: () => void }
  | { readonly kind: 'left out'; readonly reason: string };

export async function startOrdersExample(homeUrl: string, port: number): Promise<OrdersExample> {
  try {
    import.meta.resolve('@middy/core');
  } catch {
    return { kind: 'left out', reason: '@middy/core is not installed' };
  }
  const main = new URL(`../examples/orders/main${import.meta.url.slice(-3)}`, import.meta.url);
  const service = fork(fileURLToPath(main), [String(port)], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      AUDIT_STREAM_BUS: 'audit',
      AUDIT_STREAM_ENVIRONMENT: 'example',
      AWS_ENDPOINT_URL_EVENTBRIDGE: homeUrl,
      AWS_REGION: 'local',
      AWS_ACCESS_KEY_ID: 'example',
      AWS_SECRET_ACCESS_KEY: 'example',
    },
  });
  const url = await Promise.race([started(service), ended(service)]);
  if (url === undefined) return { kind: 'left out', reason: 'it did not start' };
  return { kind: 'running', url, stop: () => void service.kill() };
}

async function started(service: ChildProcess): Promise<string> {
  const [url] = (await once(service, 'message')) as [string];
  return url;
}

async function ended(service: ChildProcess): Promise<undefined> {
  await once(service, 'exit');
  return undefined;
}
