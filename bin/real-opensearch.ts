/** A real OpenSearch for the demo, where one runs. */
import { UsageError } from './command.ts';

/** As given, or as the environment says. */
export function opensearchUrlOf(
  given: string | undefined,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string | undefined {
  const url = given ?? env.AUDIT_STREAM_OPENSEARCH_URL;
  if (!url) return undefined;
  if (/^https?:\/\//.test(url) && URL.canParse(url)) return url;
  throw new UsageError('--opensearch must be an address such as http://127.0.0.1:9200');
}

/** Whatever it answers, it is there. */
export async function isThere(url: string): Promise<boolean> {
  try {
    await fetch(new URL(url).origin, { signal: AbortSignal.timeout(PATIENCE_MS) });
    return true;
  } catch {
    return false;
  }
}

const PATIENCE_MS = 2_000;
