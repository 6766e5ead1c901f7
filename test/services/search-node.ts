/** Starts a node of OpenSearch or Elasticsearch, with a folder of its own. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../builders/free-port.ts';
import { type JavaServer, startJavaServer } from './java-server.ts';

/** Some 3 s until it answers. `main` is the class; each of `settings` is `name=value` as in `opensearch.yml`. */
export async function startSearchNode(
  { classPath }: { readonly classPath: string },
  main: 'LocalSearch' | 'LocalElastic',
  settings: readonly string[] = [],
): Promise<JavaServer> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'search-'));
  const server = await startJavaServer({
    name: main,
    port,
    stdin: 'open',
    args: [
      ...['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '--add-opens=java.base/java.nio=ALL-UNNAMED'],
      ...['-cp', classPath, main, home, String(port), ...settings],
    ],
  });
  return {
    ...server,
    async stop() {
      await server.stop();
      rmSync(home, { recursive: true, force: true });
    },
  };
}
