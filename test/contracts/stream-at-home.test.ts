/** The stream's contract at the home on one machine: the whole home, real sockets, a real file. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startHome } from '../../src/local/home.ts';
import { LIMITS } from '../../src/stream/limits.ts';
import { streamContract } from './stream.contract.ts';

streamContract('the home on one machine', async (limits) => {
  const dataDir = mkdtempSync(join(tmpdir(), 'audit-stream-contract-'));
  const home = await startHome({ port: 0, dataDir, limits, log: () => {} });
  const post = async (path: string, body: unknown): Promise<unknown> => {
    const answer = await fetch(`${home.url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return answer.json();
  };
  return {
    streamUrl: home.streamUrl,
    limits: { ...LIMITS, ...limits },
    subscriptions: home.store.subscriptions,
    token: async (tenant, roles = ['viewer']) =>
      ((await post('/dev/token', { tenant, roles })) as { token: string }).token,
    async put(events) {
      for (let i = 0; i < events.length; i += 500) await post('/events', events.slice(i, i + 500));
    },
    deliverTwice: async (share) => void (await post('/dev/faults', { duplicateDelivery: share })),
    async close() {
      await home.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
});
