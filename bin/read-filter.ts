/** Reads `--filter`: an event pattern, found wrong here, before anything is asked of a server. */
import { FilterError, parseFilter } from '../src/domain/filter/index.ts';
import { UsageError } from './command.ts';

export function readFilter(text: string): Readonly<Record<string, unknown>> {
  try {
    const pattern: unknown = JSON.parse(text);
    parseFilter(pattern);
    return pattern as Readonly<Record<string, unknown>>;
  } catch (error) {
    if (error instanceof FilterError) throw new UsageError(`--filter: ${error.message}`);
    throw new UsageError(
      `--filter must be JSON, for example '{"outcome": ["denied"]}': ${(error as Error).message}`,
    );
  }
}
