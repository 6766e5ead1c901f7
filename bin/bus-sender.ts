/** How a command sends events to a deployment: PutEvents, with the AWS credentials and region of whoever runs it. */
import { AUDIT_EVENT } from '../src/domain/bus-event.ts';
import { AuditEventError, parseAuditEvent } from '../src/domain/event/index.ts';
import type { Publish } from '../src/stream/ports.ts';
import type { Sender, SendResult } from './sender.ts';

const BATCH = 100;

/** Events are checked before they go: a bus takes anything, and what is no audit event would end among the dead letters.
 * Throws when the AWS SDK is not installed. */
export async function busOf(busName: string): Promise<Sender> {
  const publish = await putEvents(busName);
  return {
    where: `the bus ${busName}`,
    batch: BATCH,
    async send(lines) {
      const checked = lines.map(check);
      const events = checked.flatMap((one) => ('event' in one ? [one.event] : []));
      const outcomes = await publish(
        events.map((event) => ({
          source: `audit.${event.source.service}`,
          detailType: AUDIT_EVENT,
          detail: event,
          time: new Date().toISOString(),
        })),
      );
      let next = 0;
      return checked.map((one): SendResult => {
        if (!('event' in one)) return one;
        const { id } = one.event;
        const outcome = outcomes[next++];
        if (outcome?.kind === 'accepted') return { id, status: 'accepted' };
        const { code = 'InternalFailure', message = 'the bus gave no outcome' } = outcome ?? {};
        return { id, status: 'refused', code, message };
      });
    },
  };
}

function check(line: string): { readonly event: ReturnType<typeof parseAuditEvent> } | SendResult {
  try {
    return { event: parseAuditEvent(JSON.parse(line)) };
  } catch (error) {
    if (!(error instanceof AuditEventError))
      return { status: 'refused', code: 'malformed', message: 'is not JSON' };
    const message = error.issues.map(({ path, message }) => `${path} ${message}`).join('; ');
    return { status: 'refused', code: 'invalid_event', message };
  }
}

async function putEvents(busName: string): Promise<Publish> {
  try {
    const { makePutEvents } = await import('../src/aws/put-events.ts');
    return makePutEvents({ busName, timeoutMs: 10_000 });
  } catch (cause) {
    throw new Error('--bus needs the AWS SDK: npm install @aws-sdk/client-eventbridge', { cause });
  }
}
