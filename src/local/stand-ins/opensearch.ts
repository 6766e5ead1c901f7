/** OpenSearch, as far as this destination speaks to it: basic authentication, an index template, an ISM policy, bulk.
 * https://docs.opensearch.org/latest/api-reference/document-apis/bulk/ */
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { type Answer, json, mediaType } from '../http/answer.ts';
import { type Check, fields, listOf, parsed, text, whole, wrong } from './contract.ts';
import { readBulk } from './opensearch-bulk.ts';
import { remembered } from './remembered.ts';
import { pauseOf, type Reading, type Received, type StandIn } from './stand-in.ts';

const USER = 'audit';

/** https://docs.opensearch.org/latest/api-reference/index-apis/create-index-template/ */
const TEMPLATE: Check = fields({
  'index_patterns!': listOf(text({ least: 1 }), { least: 1 }),
  priority: whole,
  version: whole,
  template: fields({
    settings: fields({}),
    mappings: fields({ properties: fields({}) }),
    aliases: fields({}),
  }),
});
/** https://docs.opensearch.org/latest/im-plugin/ism/policies/ */
const POLICY: Check = fields({
  'policy!': fields({
    description: text(),
    'default_state!': text({ least: 1 }),
    'states!': listOf(
      fields({
        'name!': text({ least: 1 }),
        'actions!': listOf(fields({})),
        'transitions!': listOf(fields({ 'state_name!': text({ least: 1 }), conditions: fields({}) })),
      }),
      { least: 1 },
    ),
    ism_template: listOf(
      fields({ 'index_patterns!': listOf(text({ least: 1 }), { least: 1 }), priority: whole }),
    ),
  }),
});
const STORED = [
  { at: /^\/_index_template\/([^/]+)$/, check: TEMPLATE, shown: templateOf },
  { at: /^\/_plugins\/_ism\/policies\/([^/]+)$/, check: POLICY, shown: policyOf },
] as const;

export const opensearch: StandIn = {
  name: 'opensearch',
  sink: 'opensearch',
  newKeys: (random) => ({ password: random(18).toString('base64url') }),
  options: (url) => ({ url, username: USER, retentionDays: 30 }),
  open(keys) {
    const documents = remembered<true>();
    const stored = new Map<string, { readonly value: unknown; readonly version: number }>();
    return {
      read(request) {
        const { method, path, headers } = request;
        const operation = `${method} ${path}`;
        const wanted = `Basic ${Buffer.from(`${USER}:${keys().password}`).toString('base64')}`;
        if (headers.authorization !== wanted) {
          const fault = wrong('authorization', 'is not the user and password that were given out');
          return { operation, problems: fault, items: [], take: unauthorized };
        }
        if (operation === 'POST /_bulk') return { operation, ...readBulk(request, documents) };
        const kind = STORED.find(({ at }) => at.test(path));
        if (kind && method === 'GET') return looked(operation, stored.get(path), kind.shown);
        if (kind && method === 'PUT') return { operation, ...put(request, kind.check) };
        return {
          operation,
          problems: wrong('path', 'is none that a destination needs'),
          items: [],
          take: () => failed(405, 'method_not_allowed'),
        };
      },
      refuse(why) {
        if (why.kind === 'wrong-key') return unauthorized();
        const answer = failed(Number(why.kind), REFUSED[why.kind]);
        return { ...answer, headers: { ...answer.headers, ...pauseOf(why) } };
      },
    };

    function put({ path, query, headers, body }: Received, check: Check): Omit<Reading, 'operation'> {
      const { value, faults } = parsed(body);
      const known = stored.get(path);
      const problems: readonly Fault[] = [
        ...(mediaType(headers) === 'application/json'
          ? []
          : wrong('content-type', 'must be application/json')),
        ...faults,
        ...(faults.length > 0 ? [] : check(value, 'body')),
      ];
      return {
        problems,
        items: [],
        take() {
          if (problems[0])
            return failed(400, 'illegal_argument_exception', `${problems[0].path} ${problems[0].message}`);
          const isPolicy = path.startsWith('/_plugins/');
          // A policy is changed only by who says which version he knows.
          if (isPolicy && known && query.get('if_seq_no') !== String(known.version))
            return failed(409, 'version_conflict_engine_exception');
          stored.set(path, { value, version: (known?.version ?? -1) + 1 });
          return isPolicy ? json(201, { _id: path, _version: 1 }) : json(200, { acknowledged: true });
        },
      };
    }
  },
};

function looked(
  operation: string,
  known: { readonly value: unknown; readonly version: number } | undefined,
  shown: (value: unknown, version: number) => unknown,
): Reading {
  return {
    operation,
    problems: [],
    items: [],
    take: () =>
      known
        ? json(200, shown(known.value, known.version))
        : // That it is not there yet is what was asked.
          { ...failed(404, 'resource_not_found_exception'), isTaken: true },
  };
}

/** As `filter_path=index_templates.index_template.version` leaves it. */
function templateOf(value: unknown): unknown {
  return { index_templates: [{ index_template: { version: isObject(value) ? value.version : undefined } }] };
}

function policyOf(value: unknown, version: number): unknown {
  return { _seq_no: version, _primary_term: 1, ...(isObject(value) && value) };
}

const REFUSED = {
  '429': 'rejected_execution_exception',
  '500': 'exception',
  '503': 'cluster_manager_not_discovered_exception',
} as const;

/** https://docs.opensearch.org/latest/security/authentication-backends/basic-authc/ */
function unauthorized(): Answer {
  return {
    status: 401,
    headers: { 'content-type': 'text/plain', 'www-authenticate': 'Basic realm="OpenSearch Security"' },
    body: 'Unauthorized',
  };
}

function failed(status: number, type: string, reason = type): Answer {
  return json(status, { error: { root_cause: [{ type, reason }], type, reason }, status });
}
