/** What the thirty viewers of the journey watch: ten filters a tenant, together every operator of the language. */
import type { Tenant } from './corpus.ts';

export const FILTERS: Readonly<Record<Tenant, Readonly<Record<string, unknown>>>> = {
  // CloudTrail.
  amber: {
    reads: { activity: ['read'] },
    iam: { action: [{ prefix: 'aws.iam.' }] },
    'snapshots, buckets': { action: [{ suffix: '_snapshot' }, { suffix: '_bucket' }] },
    'one person, however written': { actor: { name: [{ 'equals-ignore-case': 'BERT-jan' }] } },
    'assumed roles': { actor: { id: [{ wildcard: 'arn:aws:sts::*:assumed-role/*' }] } },
    'not the big services': { source: { service: [{ 'anything-but': ['aws.ec2', 'aws.s3', 'aws.iam'] }] } },
    'answered null': { metadata: { raw: { responseElements: [null] } } },
    'bad or serious': { $or: [{ outcome: ['denied', 'failure'] }, { severity: ['medium', 'high'] }] },
    'the office': { context: { ip: [{ cidr: '192.168.0.0/16' }] } },
    'buckets by their own id': {
      targets: { type: ['bucket'], id: [{ prefix: 'arn:aws:s3:::' }, { suffix: 'bucket' }] },
    },
  },
  // Azure, GCP, Kubernetes and such.
  birch: {
    'all but Azure': {
      action: [{ 'anything-but': { prefix: 'azure.' } }],
      category: ['data_change', 'iam'],
    },
    'private and documentation addresses': {
      context: { ip: [{ cidr: '198.51.100.0/24' }, { cidr: '2001:db8::/32' }, { cidr: '07da:0994::/32' }] },
    },
    'HTTP errors': { http: { statusCode: [{ numeric: ['>=', 400] }] } },
    'over HTTP': { http: { method: [{ exists: true }] } },
    'from nowhere': { context: { ip: [{ exists: false }] }, activity: ['create', 'update'] },
    'not example.com': { actor: { email: [{ 'anything-but': { suffix: '@example.com' } }] } },
    'no storage, no vault': {
      action: [{ 'anything-but': { wildcard: ['*.storage*', '*.key_vault*', '*pods*', '*signin*'] } }],
      category: ['data_change'],
    },
    'no user, however written': {
      actor: { type: [{ 'anything-but': { 'equals-ignore-case': ['USER', 'Unknown'] } }] },
    },
    'Kubernetes, however written': { action: [{ prefix: { 'equals-ignore-case': 'K8S.' } }] },
    'a client or application, by its own id': {
      targets: { type: ['client', 'application'], id: [{ 'anything-but': { prefix: '/' } }] },
    },
  },
  // Everything else: GitHub, Google Workspace, Okta, Slack, …
  cobalt: {
    'logins and what was created, however written': {
      action: [
        { suffix: { 'equals-ignore-case': '_CREATED' } },
        { suffix: { 'equals-ignore-case': 'LOGIN' } },
      ],
    },
    'from the United States': {
      context: { geo: { country: ['US', 'United States'] } },
      severity: ['info', 'low'],
    },
    'anything but success': { outcome: [{ 'anything-but': 'success' }] },
    'any but GitHub and Google': {
      source: { service: [{ 'anything-but': { prefix: ['github', 'gsuite', 'google'] } }] },
      activity: [{ 'anything-but': ['other', 'login'] }],
    },
    'logins, security, or that port': {
      $or: [
        { activity: ['login'], actor: { email: [{ exists: true }] } },
        { metadata: { raw: { port: [{ numeric: ['=', 123] }] } } },
        { category: ['security'] },
      ],
    },
    'numbered within a span': { metadata: { raw: { id: [{ numeric: ['>', 0, '<=', 7e9] }] } } },
    'not those numbers': { metadata: { raw: { user_id: [{ 'anything-but': [1, 123456789] }] } } },
    'flag is off': { metadata: { raw: { externalaccess: [false] } } },
    'people of companies': {
      actor: { email: [{ wildcard: '*@*.com' }], type: ['user'] },
      targets: { id: [{ exists: true }] },
      context: { ip: [{ 'anything-but': ['1.1.1.1', '1.2.3.4'] }] },
    },
    'organizations by their own id': {
      targets: { type: ['organization'], id: [{ prefix: 'my-' }, { wildcard: '*-repo*' }] },
    },
  },
};
