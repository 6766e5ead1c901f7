/** Elasticsearch 8 for tests: one real node on this machine. */
import { fileURLToPath } from 'node:url';
import { type Fetched, mavenPart } from '../maven-part.ts';

export function elasticsearch8(): Fetched {
  return mavenPart({
    name: 'elasticsearch-8',
    from: fileURLToPath(new URL('.', import.meta.url)),
    sources: ['LocalElastic8.java'],
  });
}
