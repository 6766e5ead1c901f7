/** DynamoDB Local for tests: the real API on this machine, in memory. */
import { fileURLToPath } from 'node:url';
import { freePort } from '../../builders/free-port.ts';
import { type JavaServer, startJavaServer } from '../java-server.ts';
import { type Fetched, mavenPart } from '../maven-part.ts';

export function dynamoDbLocal(): Fetched {
  return mavenPart({ name: 'dynamodb-local', from: fileURLToPath(new URL('.', import.meta.url)) });
}

/** Some 2 s until it answers. */
export async function startDynamoDbLocal({
  libDir,
  classPath,
}: Exclude<Fetched, { missing: string }>): Promise<JavaServer> {
  const port = await freePort();
  return startJavaServer({
    name: 'DynamoDB Local',
    port,
    args: [
      '-Xmx512m',
      `-Dsqlite4java.library.path=${libDir}`,
      ...['-cp', classPath, 'software.amazon.dynamodb.services.local.main.ServerRunner'],
      ...['-inMemory', '-sharedDb', '-disableTelemetry', '-port', String(port)],
    ],
  });
}
