/** Alerts, for every Lambda that has to do with them: the same rules, store and bus behind the detector. Lean, because the
 * time from an event to who must know of it counts. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leanCall as leanPutEvents } from '../../src/aws/bus/lean-call.ts';
import { makePublish } from '../../src/aws/bus/publish.ts';
import { makeCountMetrics } from '../../src/aws/count-metrics.ts';
import { makeAlertStore } from '../../src/aws/dynamo/alert-store.ts';
import { leanCall } from '../../src/aws/dynamo/lean-call.ts';
import { endpointOf, regionOf } from '../../src/aws/http/endpoint.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { readSettings } from '../../src/aws/settings.ts';
import { makeDetector } from '../../src/detect/make-detector.ts';
import { ALERT_METRICS, FUNCTION_DIMENSION } from '../../src/domain/metrics.ts';
import { parseRules } from '../../src/domain/rules/parse-rules.ts';
import type { RuleDocument } from '../../src/domain/rules/rule-book.ts';
import type { Log } from '../../src/stream/log.ts';

/** What the stack knew when it was synthesized. */
interface Beside {
  readonly documents: readonly RuleDocument[];
  readonly channels: readonly string[];
}

export function makeAlerting(log: Log) {
  const { alertsTable, busName, producers, dashboardUrl, functionName } = readSettings();
  const count = makeCountMetrics({ dimension: { name: FUNCTION_DIMENSION, value: functionName } });
  const { documents, channels } = readBeside();
  const { book, faults } = parseRules(documents);
  // They were checked when the stack was synthesized: only another version of the code can find any.
  for (const fault of faults) log('error', 'a rule is left out', { fault });
  const clientOf = (service: 'dynamodb' | 'eventbridge') =>
    makeSignedClient({
      service: service === 'eventbridge' ? 'events' : service,
      region: regionOf(),
      endpoint: endpointOf(service),
    });
  const store = makeAlertStore({
    call: leanCall({ client: clientOf('dynamodb') }),
    table: alertsTable,
    now: Date.now,
    newId: randomUUID,
  });
  const detector = makeDetector({
    store,
    book,
    channels,
    publish: makePublish({ busName, call: leanPutEvents(clientOf('eventbridge')) }),
    now: Date.now,
    random: Math.random,
    count: (counts) =>
      count(
        Object.fromEntries(
          Object.entries(counts).map(([name, n]) => [ALERT_METRICS[name as keyof typeof ALERT_METRICS], n]),
        ),
      ),
    log,
    ...(producers && { producers }),
    ...(dashboardUrl !== undefined && { dashboardUrl }),
  });
  return { detector, store, book };
}

/** Beside the code, because a Lambda's settings hold 4 KB. */
function readBeside(): Beside {
  return JSON.parse(readFileSync(join(import.meta.dirname, 'alerting.json'), 'utf8')) as Beside;
}
