import { expect, test } from '@jest/globals';
import { ModelServer } from './model-server.ts';
import { anEvent, Viewer } from './viewer.ts';

async function live(options: ConstructorParameters<typeof Viewer>[1] = {}, prepare = (_: ModelServer) => {}) {
  const server = new ModelServer();
  prepare(server);
  const viewer = new Viewer(server, options);
  const watch = viewer.subscribe('all');
  viewer.client.connect();
  await server.time.pass(1_000);
  return { server, viewer, watch, time: server.time };
}

test('a pushed event is handed over once, with all subscriptions that match', async () => {
  const { server, viewer, time } = await live();
  viewer.subscribe('reads', { action: ['invoice.read'] });
  await time.pass(1_000);
  server.publish(anEvent('a'));
  await time.pass(60_000);
  expect(viewer.deliveries).toMatchObject([{ via: 'push', subs: ['all', 'reads'], event: { id: 'a' } }]);
  expect(viewer.verdict()).toEqual([]);
});

test('an event whose push was dropped is pulled from the trail within 15 seconds', async () => {
  const { server, viewer, time } = await live();
  server.faults.dropPush = 1;
  server.publish(anEvent('a'));
  await time.pass(15_000);
  expect(viewer.deliveries).toMatchObject([{ via: 'pull', event: { id: 'a' } }]);
});
