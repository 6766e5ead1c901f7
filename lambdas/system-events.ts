/** What people do to the system, on its way to the bus: awaited before a Lambda answers, because it sleeps after. */
import { makePutEvents } from '../src/aws/put-events.ts';
import { readSettings } from '../src/aws/settings.ts';
import { makeSystemEvents } from '../src/stream/system-events.ts';
import { log } from './logger.ts';

const { busName, environment, limits } = readSettings();

export const systemEvents = makeSystemEvents({
  publish: makePutEvents({ busName }),
  now: Date.now,
  log,
  perMinute: limits.systemEventsPerMinute,
  environment,
});
