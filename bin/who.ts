/** Who runs the command, as this machine says: nobody has verified it. */
import { hostname, userInfo } from 'node:os';

export function whoRuns(): string {
  return `${userName()}@${hostname()}`;
}

/** In a container the user may have a number and no name. */
function userName(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.() ?? 'unknown'}`;
  }
}
