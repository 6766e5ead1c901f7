/** Elasticsearch 7.17 for tests: one real node on this machine. */
import { fileURLToPath } from 'node:url';
import { type Fetched, mavenPart } from '../maven-part.ts';

export function elasticsearch(): Fetched {
  return mavenPart({
    name: 'elasticsearch',
    from: fileURLToPath(new URL('.', import.meta.url)),
    sources: ['LocalElastic.java'],
  });
}
