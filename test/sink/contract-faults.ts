/** What the vendors' contracts say of a request, whoever's test sent it: each that comes to a vendor of the tests over the
 * wire is held against the contract of the API that it calls. */
import { readFileSync } from 'node:fs';
import { Ajv, type ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../data/contracts/${name}`, import.meta.url), 'utf8'));

/** `url` is no format of JSON Schema: here it is an address as RFC 3986 has it. */
function compiler<T extends Ajv>(ajv: T): T {
  addFormats.default(ajv, ['date-time', 'uri']);
  return ajv.addFormat('url', addFormats.default.get('uri')) as T;
}
const newer = compiler(new Ajv2020({ strict: false }) as unknown as Ajv);
const openApi = compiler(new Ajv({ strict: false }));
openApi.addSchema(read('datadog-logs-intake-v2.openapi.json'), 'datadog');
openApi.addSchema(read('pagerduty-events-v2.openapi.json'), 'pagerduty');
const post = (api: string, path: string) =>
  openApi.compile({
    $ref: `${api}#/paths/${path.replaceAll('/', '~1')}/post/requestBody/content/application~1json/schema`,
  });

/** By the end of the path. */
const CONTRACTS: Readonly<Record<string, readonly ValidateFunction[]>> = {
  '/api/v2/logs': [
    openApi.compile({
      type: 'array',
      items: { $ref: 'datadog#/components/schemas/HTTPLogItem' },
      maxItems: 1_000,
    }),
  ],
  '/v2/enqueue': [newer.compile(read('pagerduty-enqueue.schema.json')), post('pagerduty', '/enqueue')],
  '/v2/change/enqueue': [post('pagerduty', '/change/enqueue')],
  '/chat.postMessage': [isSlackMessage()],
  '/chat.update': [isSlackMessage()],
};

export function contractFaults({
  path,
  body,
}: {
  readonly path: string;
  readonly body: string;
}): readonly string[] {
  const [, contracts = []] = Object.entries(CONTRACTS).find(([end]) => path.endsWith(end)) ?? [];
  if (contracts.length === 0) return [];
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch {
    return [`${path}: is no JSON`];
  }
  return contracts.flatMap((isRight) =>
    isRight(value) ? [] : [`${path}: ${JSON.stringify(isRight.errors?.slice(0, 3))}`],
  );
}

/** A reply, and what is told in text alone, has no blocks. */
function isSlackMessage(): ValidateFunction {
  const schema = read('slack-message.alert-subset.schema.json');
  const blocks = { anyOf: [{ type: 'array', maxItems: 0 }, schema.properties.blocks] };
  return newer.compile({ ...schema, required: ['text'], properties: { ...schema.properties, blocks } });
}
