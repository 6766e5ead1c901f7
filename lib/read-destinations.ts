/** Destinations as a deployment can have them. */
import { type Destination, readDestinations as read } from '../src/sink/destination.ts';

/** Right ones; each fault is noted with its path, the value's kind and what to write. */
export function readDestinations(value: unknown, path: string, faults: string[]): readonly Destination[] {
  const destinations = read(value, path, faults);
  for (const { name, secrets, route } of destinations) {
    for (const [option, ref] of Object.entries(secrets))
      if ('env' in ref || 'file' in ref)
        faults.push(
          `${path}.${name}.${option}: an environment variable or a file is no place for a secret in AWS; write {"secret": "name"} or {"parameter": "/name"}`,
        );
    const characters = JSON.stringify(route.pattern).length;
    if (characters > MAX_PATTERN_CHARACTERS)
      faults.push(
        `${path}.${name}.filter: makes a rule of ${characters} characters, and EventBridge takes ${MAX_PATTERN_CHARACTERS}; make it shorter, or two destinations of it`,
      );
  }
  return destinations;
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-quota.html */
const MAX_PATTERN_CHARACTERS = 2_048;
