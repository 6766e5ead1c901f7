/** Datadog's intake and OpenSearch's bulk API as far as time goes: a process of its own that reads requests whole and
 * answers as the vendors do. It unzips outside of what is measured, in its own process, and counts what came. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gunzipSync, inflateSync } from 'node:zlib';

const CREATED = JSON.stringify({ create: { _index: 'audit-2026.11', _id: 'x', status: 201 } });
const ITEM = '{"create":{"status":201}}';
let taken = 0;
const server = createServer(async (request, response) => {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const bytes = Buffer.concat(chunks);
  const encoding = request.headers['content-encoding'];
  const body = encoding === 'gzip' ? gunzipSync(bytes) : encoding === 'deflate' ? inflateSync(bytes) : bytes;
  const { url = '' } = request;
  response.setHeader('content-type', 'application/json');
  if (url.startsWith('/_index_template'))
    response.end('{"index_templates":[{"index_template":{"version":1}}]}');
  else if (url.startsWith('/_bulk')) {
    const items = body.toString().split('\n').length >> 1;
    taken += items;
    const item = url.includes('filter_path') ? ITEM : CREATED;
    response.end(`{"took":1,"errors":false,"items":[${new Array(items).fill(item).join(',')}]}`);
  } else if (url.startsWith('/api/v2/logs')) {
    taken += (JSON.parse(body.toString()) as unknown[]).length;
    response.writeHead(202).end('{}');
  } else response.writeHead(404).end('{}');
});
process.on('message', () => process.send?.({ taken }));
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.address() as AddressInfo).port }));
