/** The viewers of a latency check: real clients, each with a socket of its own, that note when they got what. */
import { WebSocket } from 'ws';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import type { Access } from '../access.ts';

export interface Arrival {
  readonly id: string;
  readonly via: 'push' | 'pull';
  readonly atMs: number;
}

export interface Crowd {
  readonly tenantId: string;
  /** Per viewer, in the order of arrival; what came twice stands there twice. */
  readonly arrivals: readonly (readonly Arrival[])[];
  close(): void;
}

export interface CrowdOptions {
  readonly access: Access;
  readonly size: number;
  readonly filter: unknown;
  readonly onConnected: (count: number) => void;
  readonly onArrival: () => void;
}

/** At once: a deployment takes 500 a second, an emulator starts a process for each. */
const TOGETHER = 10;
const PATIENCE_MS = 60_000;

/** Throws when not all of them are connected and subscribed within a minute, and says what stopped the first. */
export async function gatherCrowd(options: CrowdOptions): Promise<Crowd> {
  const { access, size, filter, onConnected, onArrival } = options;
  const arrivals: Arrival[][] = [];
  const clients: AuditStreamClient[] = [];
  const close = () => {
    for (const client of clients) client.close();
  };
  try {
    while (clients.length < size) {
      await Promise.all(Array.from({ length: Math.min(TOGETHER, size - clients.length) }, join));
      onConnected(clients.length);
    }
  } catch (error) {
    close();
    throw error;
  }
  return { tenantId: clients[0]?.me?.tenantId ?? '', arrivals, close };

  async function join(): Promise<void> {
    const mine: Arrival[] = [];
    const client = new AuditStreamClient({
      url: access.streamUrl,
      getToken: access.getToken,
      ...(access.tenant !== undefined && { tenant: access.tenant }),
      WebSocket,
    });
    arrivals.push(mine);
    clients.push(client);
    client.on('event', ({ event, via }) => {
      mine.push({ id: event.id, via, atMs: performance.now() });
      onArrival();
    });
    await subscribed(client, filter);
  }
}

async function subscribed(client: AuditStreamClient, filter: unknown): Promise<void> {
  let lastTrouble = '';
  client.on('status', (status) => {
    if ('reason' in status) lastTrouble = status.reason;
  });
  client.connect();
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () =>
        reject(
          new Error(`a client could not connect within a minute${lastTrouble ? `: ${lastTrouble}` : ''}`),
        ),
      PATIENCE_MS,
    );
  });
  try {
    await Promise.race([client.subscribe('probe', filter), tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
