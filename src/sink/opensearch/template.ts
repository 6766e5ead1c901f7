/** The index template: every field that is searched has its type, and nothing an event brings can add one. */

const keyword = { type: 'keyword', ignore_above: 2_048 };
const named = { properties: { id: keyword, name: keyword } };
const stored = { type: 'object', enabled: false };

/** Adding a field here needs a new version, so that clusters take it. */
export const TEMPLATE_VERSION = 1;

export interface TemplateOptions {
  readonly index: string;
  readonly product: 'opensearch' | 'elasticsearch';
  /** Elasticsearch's lifecycle policy; OpenSearch's finds its indexes itself. */
  readonly policy?: string | undefined;
}

/** https://docs.opensearch.org/latest/im-plugin/index-templates/ */
export function templateOf({ index, product, policy }: TemplateOptions) {
  return {
    index_patterns: [`${index}-*`],
    version: TEMPLATE_VERSION,
    // Above the catch-all templates that clusters have.
    priority: 200,
    template: {
      settings: policy === undefined ? {} : { 'index.lifecycle.name': policy },
      mappings: {
        dynamic: false,
        properties: {
          '@timestamp': { type: 'date' },
          message: { type: 'text' },
          event: {
            properties: {
              ...keywords('id', 'kind', 'action', 'category', 'type', 'outcome', 'dataset', 'module'),
              severity: { type: 'byte' },
              duration: { type: 'long' },
              created: { type: 'date' },
              reason: { type: 'text', fields: { keyword } },
            },
          },
          organization: { properties: { id: keyword } },
          user: {
            properties: {
              ...keywords('id', 'name', 'email', 'roles'),
              effective: named,
              target: named,
            },
          },
          client: { properties: { ip: { type: 'ip' } } },
          source: { properties: { ip: { type: 'ip' } } },
          user_agent: { properties: { original: keyword } },
          http: {
            properties: {
              request: { properties: { method: keyword, body: { properties: { bytes: { type: 'long' } } } } },
              response: {
                properties: {
                  status_code: { type: 'short' },
                  body: { properties: { bytes: { type: 'long' } } },
                },
              },
            },
          },
          url: { properties: { path: keyword } },
          trace: { properties: { id: keyword } },
          span: { properties: { id: keyword } },
          service: { properties: keywords('name', 'version', 'environment') },
          faas: {
            properties: { ...keywords('name', 'version', 'execution'), coldstart: { type: 'boolean' } },
          },
          cloud: { properties: { region: keyword, account: { properties: { id: keyword } } } },
          error: {
            properties: {
              ...keywords('type', 'code'),
              message: { type: 'text' },
              stack_trace: { type: 'keyword', index: false, doc_values: false },
            },
          },
          related: { properties: { user: keyword, ip: { type: 'ip' } } },
          labels: { type: product === 'opensearch' ? 'flat_object' : 'flattened' },
          audit: {
            properties: {
              ...keywords('outcome', 'actorType', 'correlationId', 'causationId'),
              targets: {
                type: 'nested',
                properties: { ...keywords('type', 'id', 'name', 'ownerId', 'parentId'), metadata: stored },
              },
              changes: stored,
              raw: stored,
            },
          },
        },
      },
    },
  };
}

function keywords(...names: readonly string[]): Readonly<Record<string, typeof keyword>> {
  return Object.fromEntries(names.map((name) => [name, keyword]));
}
