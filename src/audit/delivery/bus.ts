/** Sends records to the bus, and says which of them the bus does not have. */

import { leanCall } from '../../aws/bus/lean-call.ts';
import { makePublish, type PutCall } from '../../aws/bus/publish.ts';
import { endpointOf, regionOf } from '../../aws/http/endpoint.ts';
import { makeSignedClient } from '../../aws/http/signed-client.ts';
import { AUDIT_EVENT } from '../../domain/bus-event.ts';
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import { busSourceOf } from '../../domain/service-name.ts';
import { nameOf } from '../name-of.ts';
import type { Tell } from './deliver.ts';

/** Answers those that are not on the bus. Never rejects. */
export type Send = (records: readonly AuditEvent[], timeoutMs: number) => Promise<readonly AuditEvent[]>;

/** `busName` is a name or an ARN. Credentials, region and endpoint are those of the Lambda's environment. */
export function makeSend(busName: string, tell: Tell): Send {
  let call: PutCall | undefined;
  return async (records, timeoutMs) => {
    try {
      call ??= leanCall(
        makeSignedClient({ endpoint: endpointOf('eventbridge'), service: 'events', region: regionOf() }),
      );
      const publish = makePublish({ busName, call, timeoutMs });
      const outcomes = await publish(records.map(entryOf));
      const refused = records.filter((_record, i) => outcomes[i]?.kind !== 'accepted');
      for (const code of new Set(
        outcomes.flatMap((outcome) => (outcome.kind === 'refused' ? outcome.code : [])),
      ))
        tell('deliver', code);
      return refused;
    } catch (error) {
      // No credentials or no region, for instance.
      tell('deliver', nameOf(error));
      return records;
    }
  };
}

function entryOf(record: AuditEvent) {
  return { source: busSourceOf(record.source.service), detailType: AUDIT_EVENT, detail: record };
}
