/** OpenSearch for tests: one real node on this machine. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../builders/free-port.ts';
import { type JavaServer, startJavaServer } from '../java-server.ts';
import { type Fetched, mavenPart } from '../maven-part.ts';

export function openSearch(): Fetched {
  return mavenPart({
    name: 'opensearch',
    from: fileURLToPath(new URL('.', import.meta.url)),
    sources: ['LocalSearch.java'],
  });
}

/** Some 3 s until it answers. Each of `settings` is `name=value` as in `opensearch.yml`. */
export async function startOpenSearch(
  { classPath }: Exclude<Fetched, { missing: string }>,
  settings: readonly string[] = [],
): Promise<JavaServer> {
  const port = await freePort();
  const home = mkdtempSync(join(tmpdir(), 'opensearch-'));
  const server = await startJavaServer({
    name: 'OpenSearch',
    port,
    stdin: 'open',
    args: [
      ...['-Xms256m', '-Xmx512m', '-XX:+UseSerialGC', '--add-opens=java.base/java.nio=ALL-UNNAMED'],
      ...['-cp', classPath, 'LocalSearch', home, String(port), ...settings],
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
