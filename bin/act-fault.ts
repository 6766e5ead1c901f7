/** Why an act was not done, as the person who typed the command reads it. */
import { StreamError } from '../src/client/stream-error.ts';

/** With the place of the fault in what was typed, where there is one. */
export function actFaultInWords(error: Error): string {
  const path = error instanceof StreamError ? error.path?.replace(/^args\.(selection\.)?/, '') : undefined;
  return path === undefined || path === 'what' ? error.message : `${path}: ${error.message}`;
}
