/** OpenSearch for tests: one real node on this machine. */
import { fileURLToPath } from 'node:url';
import { type Fetched, mavenPart } from '../maven-part.ts';

export function openSearch(): Fetched {
  return mavenPart({
    name: 'opensearch',
    from: fileURLToPath(new URL('.', import.meta.url)),
    sources: ['LocalSearch.java'],
  });
}
