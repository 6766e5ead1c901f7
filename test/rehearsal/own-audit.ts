/** What people do to the system is on record, made by the middleware in the stack's own Lambdas. */
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { until } from '../builders/until.ts';
import type { Emulated } from './emulated.ts';
import type { Issuer } from './issuer.ts';

const TIMEOUT_MS = 40_000;

/** What was not as promised. */
export async function ownAudit(stream: Emulated, issuer: Issuer): Promise<readonly string[]> {
  const seen: AuditEvent[] = [];
  const auditor = clientOf(() => issuer.token(SYSTEM_TENANT, ['auditor']));
  const viewer = clientOf(() => issuer.token('acme'));
  const stranger = clientOf(async () => `${await issuer.token('acme')}x`);
  try {
    auditor.on('event', ({ event }) => void seen.push(event));
    auditor.connect();
    await auditor.subscribe('own', { source: { service: ['audit-stream'] } });
    viewer.connect();
    await viewer.subscribe('all', {});
    stranger.connect();
    const wanted = ['stream.connected', 'stream.subscribed', 'stream.denied'];
    const missing = () =>
      wanted.filter((action) => !seen.some((event) => event.action === action && isByLambda(event)));
    await until(() => missing().length === 0, TIMEOUT_MS).catch(() => undefined);
    return missing().map((action) => `no record of ${action} by a Lambda`);
  } finally {
    for (const client of [auditor, viewer, stranger]) client.close();
  }

  function clientOf(getToken: () => Promise<string>) {
    const client = new AuditStreamClient({ url: stream.streamUrl, getToken });
    client.on('problem', () => undefined);
    return client;
  }
}

/** The middleware alone names the function that it ran in. */
function isByLambda({ source }: AuditEvent): boolean {
  return source.functionName !== undefined;
}
