/** The middy middleware: every invocation leaves one complete audit record, and nothing of it reaches the handler. */
import type { AuditEvent } from '../domain/event/audit-event.ts';
import { DEFAULT_BODY_BYTES } from './bodies.ts';
import type { BusinessEvent } from './business-event.ts';
import { watchCrashes } from './crash.ts';
import { chooseDelivery } from './delivery/choose.ts';
import type { Delivery } from './delivery/deliver.ts';
import { interceptable } from './delivery/intercept.ts';
import { journalLine, writeToStdout } from './delivery/journal.ts';
import { makeOwnDelivery } from './delivery/own.ts';
import { makeMetrics } from './metrics.ts';
import { nameOf } from './name-of.ts';
import { type AuditFailure, type AuditOptions, checkOptions } from './options.ts';
import { makeRecorder } from './recorder.ts';
import { currentRun, type Request, type Run, watchResponses } from './run.ts';
import { remainingMs } from './running-in.ts';
import { carry, record } from './said.ts';
import { readAlong } from './streamed.ts';
import type { Ending } from './what-happened.ts';

export interface AuditMiddleware {
  readonly before: (request: Request) => void;
  readonly after: (request: Request) => void | Promise<void>;
  readonly onError: (request: Request) => void | Promise<void>;
}

export interface Audit {
  /** Records every invocation of a middy handler. Use it first, so that what other middlewares refuse is recorded too.
   * Whatever goes wrong inside is told to `onFailure`; the handler's answer and its errors stay the same objects, but for
   * a streamed body, which is read along.
   * @example middy().use(audit({ service: 'billing' })).handler(handler)
   * @throws TypeError when an option is wrong, as the handler is made. */
  (options: AuditOptions): AuditMiddleware;
  readonly record: typeof record;
  readonly carry: typeof carry;
}

export const audit: Audit = Object.assign(makeAudit, { record, carry });

function makeAudit(options: AuditOptions): AuditMiddleware {
  checkOptions(options);
  const { bodies = 'none', maxBodyBytes = DEFAULT_BODY_BYTES } = options;
  const keptOfStream = bodies === 'response' || bodies === 'both' ? maxBodyBytes : 0;
  const { now = Date.now, elapsedMs = () => performance.now(), onFailure = sayOnStderr } = options;
  const recorder = makeRecorder(options, tell);
  const metrics = makeMetrics(options);
  const delivery = interceptable(deliveryOf(options));
  const runs = new WeakMap<Request, Run>();
  const open = watchCrashes((run, error) => lastWords(run, { kind: 'crashed', error }));

  return {
    before(request) {
      const startedMs = elapsedMs();
      try {
        begin(request, startedMs);
      } catch (error) {
        tell('before', nameOf(error));
      }
    },
    after: answered,
    onError: (request) =>
      finish(request, { kind: 'threw', error: request.error, response: request.response }),
  };

  function begin(request: Request, startedMs: number): void {
    const { context } = request;
    const requestId = context.awsRequestId ?? '';
    const run: Run = {
      request,
      requestId,
      startedAtMs: now(),
      startedMs,
      beforeMs: 0,
      responses: 0,
      isOver: false,
      say: (event) => say(run, event),
      carry: () => recorder.carry(run, now()),
    };
    runs.set(request, run);
    open.add(run);
    watchResponses(run, () => void finish(request, early(request)));
    const remaining = remainingMs(context);
    if (remaining !== undefined && remaining > MARGIN_MS)
      run.timer = setTimeout(() => lastWords(run, { kind: 'timed out' }), remaining - MARGIN_MS).unref();
    delivery.begin(requestId);
    currentRun.enterWith(run);
    run.beforeMs = elapsedMs() - startedMs;
  }

  function answered(request: Request): void | Promise<void> {
    const { response } = request;
    const replaced = readAlong(response, keptOfStream, (streamed, error) =>
      finish(
        request,
        error === undefined
          ? { kind: 'answered', response, streamed }
          : { kind: 'threw', error, response, streamed },
      ),
    );
    if (replaced === undefined) return finish(request, { kind: 'answered', response });
    request.response = replaced;
  }

  function say(run: Run, said: BusinessEvent): string | undefined {
    try {
      const event = recorder.ofSaid(run, said, now());
      // Nobody would send what comes after the end.
      if (run.isOver) writeToStdout(journalLine(event));
      else delivery.take(event, run.requestId);
      return event.id;
    } catch (error) {
      tell('said', nameOf(error));
      return;
    }
  }

  function finish(request: Request, ending: Ending): void | Promise<void> {
    const run = runs.get(request);
    // An error after the record was made comes by a second time: one invocation, one record.
    if (run === undefined || !close(run)) return;
    return delivery.end(
      run.requestId,
      made(run, ending, (event) => delivery.take(event, run.requestId)),
    );
  }

  /** Nothing of this process can be relied on after this moment. */
  function lastWords(run: Run, ending: Ending): void {
    if (!close(run)) return;
    const lines = made(run, ending, (event) => writeToStdout(journalLine(event)));
    if (lines !== '') writeToStdout(lines);
    void delivery.end(run.requestId, '');
  }

  function close(run: Run): boolean {
    if (run.isOver) return false;
    run.isOver = true;
    open.delete(run);
    clearTimeout(run.timer);
    return true;
  }

  /** Answers the lines of its metrics. */
  function made(run: Run, ending: Ending, take: (event: AuditEvent) => void): string {
    try {
      const startedMs = elapsedMs();
      const event = recorder.ofRun(run, ending, { atMs: now(), elapsedMs: startedMs });
      if (isWanted(event, run.request.event)) take(event);
      return metrics.line(event, run.beforeMs + elapsedMs() - startedMs);
    } catch (error) {
      tell('record', nameOf(error));
      return '';
    }
  }

  function isWanted(event: AuditEvent, of: unknown): boolean {
    try {
      return options.when?.(event, of) !== false;
    } catch (error) {
      tell('when', nameOf(error));
      return true;
    }
  }

  function deliveryOf({ deliver, delivery: mode = 'after-response', bus }: AuditOptions): Delivery {
    if (deliver !== undefined) return makeOwnDelivery(deliver, writeToStdout, tell);
    return chooseDelivery(mode, bus ?? process.env.AUDIT_STREAM_BUS, tell);
  }

  function tell(at: AuditFailure['at'], error: string): void {
    metrics.failed();
    try {
      onFailure({ at, error });
    } catch {
      // Nothing is left to tell it to.
    }
  }
}

function early({ error, response }: Request): Ending {
  return error === undefined ? { kind: 'answered', response } : { kind: 'threw', error, response };
}

/** Before Lambda's deadline: to write a line, on a machine that is busy too. */
const MARGIN_MS = 50;

function sayOnStderr(failure: AuditFailure): void {
  console.error(JSON.stringify({ level: 'ERROR', message: 'audit middleware failed', ...failure }));
}
