/** ElasticMQ for tests: SQS's API on this machine, in memory, with its limits. */
import { fileURLToPath } from 'node:url';
import { freePort } from '../../builders/free-port.ts';
import { type JavaServer, startJavaServer } from '../java-server.ts';
import { type Fetched, mavenPart } from '../maven-part.ts';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

export function elasticMq(): Fetched {
  return mavenPart({ name: 'elasticmq', from: FOLDER });
}

/** Some 1.5 s until it answers. */
export async function startElasticMq({
  classPath,
}: Exclude<Fetched, { missing: string }>): Promise<JavaServer> {
  const port = await freePort();
  return startJavaServer({
    name: 'ElasticMQ',
    port,
    args: [
      '-Xmx256m',
      `-Dconfig.file=${FOLDER}elasticmq.conf`,
      `-Drest-sqs.bind-port=${port}`,
      `-Dnode-address.port=${port}`,
      ...['-Dnode-address.host=127.0.0.1', '-cp', classPath, 'org.elasticmq.server.Main'],
    ],
  });
}
