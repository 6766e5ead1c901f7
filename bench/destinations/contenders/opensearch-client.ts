/** OpenSearch's own client and its bulk helper, with compression on; the same documents as ours. */
import { Client } from '@opensearch-project/opensearch';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { toEcs } from '../../../src/domain/mappers/to-ecs.ts';
import type { MakeBring } from '../contender.ts';

export const make: MakeBring = (url) => {
  const client = new Client({ node: url, compression: 'gzip' });
  return async (events) => {
    const { failed } = await client.helpers.bulk({
      datasource: [...events],
      onDocument: (event: AuditEvent) => [
        { create: { _index: `audit-${event.occurredAt.slice(0, 7).replace('-', '.')}`, _id: event.id } },
        toEcs(event),
      ],
      onDrop() {
        throw new Error('dropped');
      },
    } as never);
    if (failed > 0) throw new Error(`${failed} failed`);
  };
};
