/** What the stream needs of a deployment on the emulator: where viewers connect, how events get onto the bus. */
import type { EventBridgeClient } from '@aws-sdk/client-eventbridge';
import { makePutEvents } from '../../src/aws/put-events.ts';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { AUDIT_ALERT, AUDIT_EVENT, SYSTEM_SOURCE } from '../../src/domain/bus-event.ts';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Outputs } from './deployment.ts';
import { type HandshakeProxy, startHandshakeProxy } from './handshake-proxy.ts';
import { CREDENTIALS, type MiniStack, REGION } from './ministack.ts';

export interface Emulated {
  readonly streamUrl: string;
  put(events: readonly AuditEvent[]): Promise<void>;
  /** A notice, as the system itself puts it. */
  putAlert(alert: Alert): Promise<void>;
  close(): void;
}

export async function emulated(cloud: MiniStack, outputs: Outputs): Promise<Emulated> {
  const proxy: HandshakeProxy = await startHandshakeProxy(new URL(cloud.url));
  const [apiId] = new URL(outputs.StreamUrl).hostname.split('.');
  const publish = makePutEvents({
    busName: outputs.BusName,
    // The emulator may be busy with the processes that it starts.
    timeoutMs: 30_000,
    client: {
      requestHandler: { requestTimeout: 10_000, throwOnRequestTimeout: true },
      endpoint: cloud.url,
      region: REGION,
      credentials: CREDENTIALS,
    } satisfies ConstructorParameters<typeof EventBridgeClient>[0],
  });
  const putAll = async (entries: Parameters<typeof publish>[0]) => {
    const outcomes = await publish(entries);
    const refused = outcomes.find(({ kind }) => kind === 'refused');
    if (refused) throw new Error(`the bus refused an event: ${JSON.stringify(refused)}`);
  };
  return {
    streamUrl: `ws://127.0.0.1:${proxy.port}/_aws/execute-api/${apiId}/live`,
    put: (events) =>
      putAll(
        events.map((event) => ({
          source: `audit.${event.source.service}`,
          detailType: AUDIT_EVENT,
          detail: event,
        })),
      ),
    putAlert: (alert) => putAll([{ source: SYSTEM_SOURCE, detailType: AUDIT_ALERT, detail: alert }]),
    close: proxy.close,
  };
}
