/** Starts a node of OpenSearch or Elasticsearch, with a folder of its own. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { freePort } from '../builders/free-port.ts';
import { type JavaServer, startJavaServer } from './java-server.ts';

/** Some 3 s until it answers. `main` is the class; each of `settings` is `name=value` as in `opensearch.yml`. */
export async function startSearchNode(
  part: { readonly libDir: string; readonly classPath: string },
  main: 'LocalSearch' | 'LocalElastic' | 'LocalElastic8',
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
      ...(main === 'LocalElastic8'
        ? [...asModule(part), main, home, String(port), part.libDir, ...settings]
        : ['-cp', part.classPath, main, home, String(port), ...settings]),
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

/** Elasticsearch 8 is a named module, and its transport a plugin that must not be on its path. */
function asModule({ libDir, classPath }: { readonly libDir: string; readonly classPath: string }) {
  const jars = readdirSync(libDir).filter((name) => !/^(netty-|transport-netty4)/.test(name));
  return [
    ...['-p', jars.map((name) => join(libDir, name)).join(delimiter)],
    ...['--add-modules=org.elasticsearch.server', '-cp', classPath.split(delimiter)[0] ?? ''],
  ];
}
