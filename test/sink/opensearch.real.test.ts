/** The bulk sink against real nodes of OpenSearch and Elasticsearch, read back with OpenSearch's own client. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Client } from '@opensearch-project/opensearch';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import type { Outcome, QueueMessage } from '../../src/stream/ports.ts';
import { until } from '../builders/until.ts';
import { CORPUS } from '../domain/mappers/corpus.ts';
import { elasticsearch } from '../services/elasticsearch/elasticsearch.ts';
import { elasticsearch8 } from '../services/elasticsearch-8/elasticsearch-8.ts';
import type { JavaServer } from '../services/java-server.ts';
import { openSearch } from '../services/opensearch/open-search.ts';
import { startSearchNode } from '../services/search-node.ts';
import { aDelivery, aDestination, aMessage } from './a-delivery.ts';

const START_MS = 60_000;
/** For all real records, on a machine with other things to do. */
const BRING_MS = 100_000;
const NODES = [
  { name: 'OpenSearch 2.19', product: 'opensearch', part: openSearch(), main: 'LocalSearch' },
  { name: 'Elasticsearch 7.17', product: 'elasticsearch', part: elasticsearch(), main: 'LocalElastic' },
  { name: 'Elasticsearch 8.11', product: 'elasticsearch', part: elasticsearch8(), main: 'LocalElastic8' },
] as const;

describe.each(NODES)('$name', ({ name, product, part, main }) => {
  if (process.env.CI && 'missing' in part) throw new Error(`${name}: ${part.missing}`);
  if ('missing' in part) console.log(`Left out: the tests against ${name} (${part.missing}).`);
  const withNode = 'missing' in part ? test.skip : test;
  const options = (url: string) => ({ sink: 'opensearch', url, product });

  let node: JavaServer;
  let client: Client;
  beforeAll(async () => {
    if ('missing' in part) return;
    node = await startSearchNode(part, main);
    client = new Client({ node: node.url });
  }, START_MS);
  afterAll(async () => {
    await client?.close();
    await node?.stop();
  });

  let made = 0;
  /** A delivery into indexes of its own. */
  function aSink() {
    const index = `t${++made}`;
    const delivery = aDelivery(aDestination(product, { ...options(node.url), index }), { budgetMs: 60_000 });
    /** As a queue does it: a node that has just begun may take longer than a call may. */
    async function bring(messages: readonly QueueMessage[]): Promise<readonly Outcome[]> {
      let outcomes: readonly Outcome[] = [];
      await until(async () => {
        outcomes = await delivery.deliver(messages);
        return outcomes.every(({ kind }) => kind !== 'retry');
      }, BRING_MS);
      return outcomes;
    }
    return { index, bring, ...delivery };
  }
  const asMessages = (events: readonly AuditEvent[]) => events.map((event) => aMessage(event.id, event));
  const kindsOf = (outcomes: readonly { kind: string }[]) => [...new Set(outcomes.map(({ kind }) => kind))];
  async function countOf(index: string, query: object = { match_all: {} }): Promise<number> {
    await client.indices.refresh({ index: `${index}-*` });
    const { body } = await client.count({ index: `${index}-*`, body: { query } as never });
    return body.count;
  }

  withNode(
    'every real record is indexed, and all of them again are the same documents',
    async () => {
      const { index, bring } = aSink();
      expect(kindsOf(await bring(asMessages(CORPUS)))).toEqual(['delivered']);
      expect(await countOf(index)).toBe(CORPUS.length);
      expect(kindsOf(await bring(asMessages(CORPUS)))).toEqual(['delivered']);
      expect(await countOf(index)).toBe(CORPUS.length);
    },
    240_000,
  );

  withNode('a replay never overwrites the first', async () => {
    const { index, bring } = aSink();
    await bring([aMessage('a', { message: 'first', occurredAt: '2026-11-01T00:00:00.000Z' })]);
    await bring([aMessage('a', { message: 'second', occurredAt: '2026-11-01T00:00:00.000Z' })]);
    await client.indices.refresh({ index: `${index}-*` });
    const { body } = await client.get({ index: `${index}-2026.11`, id: 'acme:a' });
    expect(body._source).toMatchObject({ message: 'first', event: { id: 'a' } });
  });

  withNode('two tenants may use the same id', async () => {
    const { index, deliver } = aSink();
    await deliver([aMessage('same'), aMessage('same', { tenantId: 'globex' })]);
    expect(await countOf(index)).toBe(2);
  });

  withNode('what people look for is found: labels, nested targets, addresses, times', async () => {
    const { index, deliver } = aSink();
    const occurredAt = '2026-11-20T10:00:00.000Z';
    await deliver([
      aMessage('a', {
        occurredAt,
        labels: { team: 'payments', 'cost.center': '7' },
        targets: [
          { type: 'invoice', id: '1' },
          { type: 'user', id: '2' },
        ],
        context: { ip: '203.0.113.9' },
      }),
    ]);
    expect(await countOf(index, { term: { 'labels.team': 'payments' } })).toBe(1);
    expect(await countOf(index, { term: { 'client.ip': '203.0.113.0/24' } })).toBe(1);
    expect(await countOf(index, { range: { '@timestamp': { gte: '2026-11-20', lt: '2026-11-21' } } })).toBe(
      1,
    );
    const target = (type: string, id: string) => ({
      nested: {
        path: 'audit.targets',
        query: {
          bool: { must: [{ term: { 'audit.targets.type': type } }, { term: { 'audit.targets.id': id } }] },
        },
      },
    });
    expect(await countOf(index, target('invoice', '1'))).toBe(1);
    expect(await countOf(index, target('invoice', '2'))).toBe(0);
  });

  withNode(
    'no event adds a field: a thousand new keys and changing types leave the mapping as it is',
    async () => {
      const { index, deliver } = aSink();
      const occurredAt = '2026-11-01T00:00:00.000Z';
      await deliver([aMessage('plain', { occurredAt })]);
      const mapping = async () => (await client.indices.getMapping({ index: `${index}-2026.11` })).body;
      const before = await mapping();
      const wild = Object.fromEntries(Array.from({ length: 1_200 }, (_, i) => [`key_${i}`, i]));
      const outcomes = await deliver([
        aMessage('number', { occurredAt, metadata: { id: 7, ...wild } }),
        aMessage('text', { occurredAt, metadata: { id: 'seven' } }),
        aMessage('object', {
          occurredAt,
          metadata: { id: { a: 1 } },
          changes: [{ path: 'x', op: 'add', after: {} }],
        }),
      ]);
      expect(kindsOf(outcomes)).toEqual(['delivered']);
      expect(await mapping()).toEqual(before);
    },
  );

  withNode('an index that somebody made otherwise refuses the event at fault, alone', async () => {
    const { index, deliver } = aSink();
    await client.indices.create({
      index: `${index}-2026.11`,
      body: { mappings: { properties: { message: { type: 'date' } } } },
    });
    const at = { occurredAt: '2026-11-01T00:00:00.000Z' };
    const outcomes = await deliver([
      aMessage('good', at),
      aMessage('bad', { ...at, message: 'hunter2' }),
      aMessage('other', at),
    ]);
    expect(outcomes.map(({ kind }) => kind)).toEqual(['delivered', 'rejected', 'delivered']);
    expect(outcomes[1]).toMatchObject({
      reason: expect.stringMatching(/^(mapper|document)_parsing_exception$/),
      status: 400,
    });
    expect(JSON.stringify(outcomes)).not.toContain('hunter2');
  });

  withNode('a write block holds events back; lifted, they arrive', async () => {
    const { index, deliver } = aSink();
    const at = { occurredAt: '2026-11-01T00:00:00.000Z' };
    await deliver([aMessage('first', at)]);
    const block = (on: boolean) =>
      client.indices.putSettings({ index: `${index}-2026.11`, body: { 'index.blocks.write': on } as never });
    await block(true);
    expect(await deliver([aMessage('second', at)])).toMatchObject([
      { kind: 'retry', reason: 'cluster_block' },
    ]);
    await block(false);
    const again = aDelivery(aDestination(product, { ...options(node.url), index }));
    expect(await again.deliver([aMessage('second', at)])).toEqual([{ kind: 'delivered' }]);
  });

  withNode('the template is made once and found again', async () => {
    const { index, deliver } = aSink();
    await deliver([aMessage('a')]);
    const name = `${index}-events`;
    const { body } = await client.indices.getIndexTemplate({ name });
    expect(body.index_templates[0]?.index_template).toMatchObject({
      index_patterns: [`${index}-*`],
      version: 1,
    });
    const again = aDelivery(aDestination(product, { ...options(node.url), index }));
    expect(await again.deliver([aMessage('b')])).toEqual([{ kind: 'delivered' }]);
  });

  withNode(
    'a node that is too busy refuses some items: they are tried again and all arrive',
    async () => {
      if ('missing' in part) return;
      const busy = await startSearchNode(part, main, [
        'thread_pool.write.size=1',
        'thread_pool.write.queue_size=1',
      ]);
      const other = new Client({ node: busy.url });
      try {
        const events = CORPUS.slice(0, 600);
        const sinks = Array.from({ length: 6 }, () => aDelivery(aDestination(product, options(busy.url))));
        let refused = 0;
        let pending = events;
        while (pending.length > 0) {
          const part = Math.ceil(pending.length / sinks.length);
          const results = await Promise.all(
            sinks.map(async ({ deliver }, i) => {
              const mine = pending.slice(i * part, (i + 1) * part);
              const outcomes = await deliver(asMessages(mine));
              return mine.filter((_, at) => {
                expect(outcomes[at]?.kind).toMatch(/^(delivered|retry)$/);
                return outcomes[at]?.kind === 'retry';
              });
            }),
          );
          pending = results.flat();
          refused += pending.length;
        }
        await other.indices.refresh({ index: 'audit-*' });
        expect((await other.count({ index: 'audit-*' })).body.count).toBe(events.length);
        expect(refused).toBeGreaterThan(0);
      } finally {
        await other.close();
        await busy.stop();
      }
    },
    START_MS,
  );

  withNode(
    'a node whose memory for indexing is used up refuses whole requests: nothing is lost, the destination is held back',
    async () => {
      if ('missing' in part) return;
      const full = await startSearchNode(part, main, ['indexing_pressure.memory.limit=40kb']);
      try {
        const { deliver } = aDelivery(aDestination(product, options(full.url)));
        const outcomes = await deliver(asMessages(CORPUS.slice(0, 300)));
        expect(kindsOf(outcomes)).toEqual(['retry']);
        expect(outcomes[0]).toMatchObject({ status: 429 });
      } finally {
        await full.stop();
      }
    },
    START_MS,
  );
});
