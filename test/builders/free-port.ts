/** A port for a server that is stopped and started again in the same place. */
import { createServer } from 'node:net';

/** Below the ports that outgoing connections are given: while the server is down, a viewer that tries again could
 * otherwise be given the server's own port. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 15_000 + Math.floor(Math.random() * 15_000);
    const probe = createServer();
    const isFree = await new Promise<boolean>((resolve) => {
      probe.once('error', () => resolve(false));
      probe.listen(port, '127.0.0.1', () => resolve(true));
    });
    await new Promise((resolve) => probe.close(resolve));
    if (isFree) return port;
  }
}
