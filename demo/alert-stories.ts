/** What the demo's alerts are about: rules that watch actions of the bundled records, and how each alert goes on. */
import type { Alert, AlertChange } from '../src/domain/alert/alert.ts';

export interface AlertStory extends Pick<Alert, 'tenantId' | 'rule' | 'severity' | 'title' | 'message'> {
  /** Of the events that it is about; none where their absence is the alert. */
  readonly action?: string;
  /** In order; the first fires. */
  readonly steps: readonly AlertStep[];
}

export interface AlertStep {
  /** Seconds since the round began. */
  readonly atSeconds: number;
  readonly change: AlertChange;
  /** Events until then. */
  readonly count: number;
  readonly by?: 'quiet' | 'event' | { readonly id: string; readonly name: string };
}

const ADA = { id: 'ada@acme.example', name: 'Ada Moreau' };
const NOOR = { id: 'noor@globex.example', name: 'Noor Haddad' };
const OWNER = { owner: 'demo' };

/** One after the other, some at the same time; each begins after its action's first record at the usual pace. */
export const ALERT_STORIES: readonly AlertStory[] = [
  {
    tenantId: 'acme',
    rule: { id: 'deploy-key-gone', name: 'A deploy key is deleted', kind: 'match', ...OWNER },
    severity: 'medium',
    title: 'A deploy key was deleted',
    message: 'Deliveries that used it stop until there is another.',
    action: 'github.public_key.delete',
    steps: [
      { atSeconds: 3, change: 'fired', count: 1 },
      { atSeconds: 35, change: 'acknowledged', count: 1, by: ADA },
      { atSeconds: 90, change: 'resolved', count: 1, by: ADA },
    ],
  },
  {
    tenantId: 'globex',
    rule: { id: 'vault-purge', name: 'A key is purged', kind: 'match', ...OWNER },
    severity: 'critical',
    title: 'A key of a vault was purged',
    message: 'A purged key cannot be brought back, nor what it encrypts.',
    action: 'azure.microsoft.keyvault.vaults.keys.purge.action',
    steps: [
      { atSeconds: 12, change: 'fired', count: 1 },
      { atSeconds: 100, change: 'repeated', count: 1 },
      { atSeconds: 115, change: 'acknowledged', count: 1, by: NOOR },
      { atSeconds: 170, change: 'resolved', count: 1, by: NOOR },
    ],
  },
  {
    tenantId: 'initech',
    rule: { id: 'pods-denied', name: 'Pods that somebody may not make', kind: 'distinct_values', ...OWNER },
    severity: 'medium',
    title: 'One identity tries to make pods in many namespaces',
    message: 'Requests for pods were denied in more than 3 namespaces within 5 minutes.',
    action: 'k8s.pods.create',
    steps: [
      { atSeconds: 20, change: 'fired', count: 4 },
      { atSeconds: 45, change: 'merged', count: 7 },
      { atSeconds: 160, change: 'resolved', count: 7, by: 'quiet' },
    ],
  },
  {
    tenantId: 'acme',
    rule: { id: 'directory-login-failures', name: 'Directory logins that fail', kind: 'threshold', ...OWNER },
    severity: 'high',
    title: 'Directory logins fail again and again',
    message: 'More than 5 failed logins by the directory within 10 minutes.',
    action: 'aws.signin.external_id_p_directory_login',
    steps: [
      { atSeconds: 28, change: 'fired', count: 6 },
      { atSeconds: 40, change: 'merged', count: 9 },
      { atSeconds: 60, change: 'merged', count: 17 },
      { atSeconds: 75, change: 'acknowledged', count: 17, by: ADA },
      { atSeconds: 150, change: 'resolved', count: 18, by: 'quiet' },
    ],
  },
  {
    tenantId: 'globex',
    rule: {
      id: 'access-policy-deleted',
      name: 'A conditional access policy is deleted',
      kind: 'match',
      ...OWNER,
    },
    severity: 'high',
    title: 'A conditional access policy was deleted',
    message: 'Sign-ins that it held back are let in now.',
    action: 'azure.entra.delete_conditional_access_policy',
    steps: [
      { atSeconds: 110, change: 'fired', count: 1 },
      { atSeconds: 205, change: 'resolved', count: 1, by: 'event' },
    ],
  },
  {
    tenantId: 'initech',
    rule: { id: 'no-scans', name: 'Nightly scans', kind: 'silence', ...OWNER },
    severity: 'low',
    title: 'No scan was reported',
    message: 'A scan is expected every 24 hours.',
    steps: [
      { atSeconds: 130, change: 'fired', count: 0 },
      { atSeconds: 190, change: 'repeated', count: 0 },
      { atSeconds: 225, change: 'resolved', count: 0, by: 'quiet' },
    ],
  },
];

export const ROUND_SECONDS = 240;
