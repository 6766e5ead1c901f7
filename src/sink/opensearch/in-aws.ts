/** A cluster that is Amazon's: which of its two services runs it, where, and what may be done there. */
import type { Right } from '../sink.ts';
import { policyPath, templatePath } from './prepare.ts';

export interface InAws {
  readonly arn: string;
  /** A domain of OpenSearch Service, or a collection of OpenSearch Serverless. */
  readonly service: 'es' | 'aoss';
  readonly region: string;
}

/** Read from an ARN, which says all of it; undefined for what is none of either.
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonopensearchservice.html
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonopensearchserverless.html */
export function inAws(arn: unknown): InAws | undefined {
  if (typeof arn !== 'string') return undefined;
  const [, service, region = ''] = DOMAIN.exec(arn) ?? COLLECTION.exec(arn) ?? [];
  return service === 'es' || service === 'aoss' ? { arn, service, region } : undefined;
}

const DOMAIN = /^arn:aws[a-z-]*:(es):([a-z0-9-]+):\d{12}:domain\/[a-z][a-z0-9-]{2,27}$/;
const COLLECTION = /^arn:aws[a-z-]*:(aoss):([a-z0-9-]+):\d{12}:collection\/[a-z0-9]{3,40}$/;

/** The region that an address of Amazon's names, if it names one. */
export function regionOfHost(url: unknown): string | undefined {
  if (typeof url !== 'string' || !URL.canParse(url)) return undefined;
  const { hostname } = new URL(url);
  return /\.(amazonaws\.com(\.cn)?|on\.aws)$/.test(hostname)
    ? hostname.split('.').find((label) => /^[a-z]{2}(-[a-z]+)+-\d$/.test(label))
    : undefined;
}

/** A domain's paths are allowed one by one. A collection has one right for all; what it means there is said in its own
 * data access policy. https://docs.aws.amazon.com/opensearch-service/latest/developerguide/security-iam-serverless.html */
export function rightsIn(
  aws: InAws | undefined,
  { index, retentionDays }: { readonly index: string; readonly retentionDays?: number | undefined },
): readonly Right[] {
  if (!aws) return [];
  const { arn, service } = aws;
  if (service === 'aoss') return [{ actions: ['aoss:APIAccessAll'], resources: [arn] }];
  const prepared = [
    templatePath(index),
    ...(retentionDays === undefined ? [] : [policyPath(index, 'opensearch')]),
  ];
  return [
    { actions: ['es:ESHttpPost'], resources: [`${arn}/_bulk`] },
    { actions: ['es:ESHttpGet', 'es:ESHttpPut'], resources: prepared.map((path) => arn + path) },
  ];
}
