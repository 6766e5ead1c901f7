/** What the cluster must have before the first event: the template, and the policy that deletes old indexes. */
import { isObject } from '../../domain/protocol/fields.ts';
import type { Answer } from '../judge-status.ts';
import type { Preparation, SinkRequest } from '../sink.ts';
import { TEMPLATE_VERSION, templateOf } from './template.ts';

interface Settings {
  readonly url: string;
  readonly index: string;
  readonly product: 'opensearch' | 'elasticsearch';
  readonly retentionDays?: number | undefined;
}

/** Policy before template: Elasticsearch's template names it. Each looks first, so that nothing is written twice. */
export function preparations(
  { url, index, product, retentionDays }: Settings,
  { headers, sign }: Pick<SinkRequest, 'headers' | 'sign'>,
): readonly Preparation[] {
  const ask = (path: string): SinkRequest => ({
    method: 'GET',
    url: url + path,
    headers,
    body: '',
    gzip: false,
    sign,
  });
  const put = (path: string, body: object): SinkRequest => ({
    method: 'PUT',
    url: url + path,
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    gzip: false,
    sign,
  });
  const policy: Preparation | undefined =
    retentionDays === undefined
      ? undefined
      : {
          look: ask(policyPath(index, product)),
          isThere: ({ body }) => body.includes(ageOf(retentionDays)),
          make: (answer) => {
            const known = fieldsOf(answer);
            const version =
              typeof known._seq_no === 'number'
                ? `?if_seq_no=${known._seq_no}&if_primary_term=${known._primary_term}`
                : '';
            return put(
              policyPath(index, product) + version,
              product === 'opensearch' ? ismPolicy(index, retentionDays) : ilmPolicy(retentionDays),
            );
          },
        };
  const template: Preparation = {
    look: ask(`${templatePath(index)}?filter_path=index_templates.index_template.version`),
    isThere: ({ body }) => body.includes(`"version":${TEMPLATE_VERSION}}`),
    make: () =>
      put(
        templatePath(index),
        templateOf({
          index,
          product,
          ...(policy && product === 'elasticsearch' && { policy: nameOf(index) }),
        }),
      ),
  };
  return policy ? [policy, template] : [template];
}

export function policyPath(index: string, product: Settings['product']): string {
  return `/${product === 'opensearch' ? '_plugins/_ism/policies' : '_ilm/policy'}/${nameOf(index)}`;
}

export function templatePath(index: string): string {
  return `/_index_template/${nameOf(index)}`;
}

function nameOf(index: string): string {
  return `${index}-events`;
}

/** Counted from the index's making, so its last event is kept as long as was asked for.
 * https://docs.opensearch.org/latest/im-plugin/ism/policies/ */
export function ismPolicy(index: string, retentionDays: number) {
  const noMore = { delete: {}, retry: { count: 5, backoff: 'exponential', delay: '10m' } };
  const min_index_age = ageOf(retentionDays);
  return {
    policy: {
      description: `Audit events are kept for ${retentionDays} days at the least`,
      default_state: 'kept',
      states: [
        {
          name: 'kept',
          actions: [],
          transitions: [{ state_name: 'deleted', conditions: { min_index_age } }],
        },
        { name: 'deleted', actions: [noMore], transitions: [] },
      ],
      ism_template: [{ index_patterns: [`${index}-*`], priority: 200 }],
    },
  };
}

/** https://www.elastic.co/guide/en/elasticsearch/reference/7.17/ilm-put-lifecycle.html */
function ilmPolicy(retentionDays: number) {
  return { policy: { phases: { delete: { min_age: ageOf(retentionDays), actions: { delete: {} } } } } };
}

function ageOf(retentionDays: number): string {
  return `${retentionDays + MONTH_DAYS}d`;
}

function fieldsOf({ status, body }: Answer): Readonly<Record<string, unknown>> {
  if (status !== 200) return {};
  try {
    const value: unknown = JSON.parse(body);
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

const MONTH_DAYS = 31;
