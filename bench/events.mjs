// node events.mjs CORPUS.ndjson > events.ndjson : the corpus as EventBridge envelopes, in two halves of each record:
// (a) as it is, and (b) with tenantId, source and action drawn so that the generated rules match now and then.
import { readFileSync } from 'node:fs';

let state = 7;
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const pick = (xs) => xs[Math.floor(random() * xs.length)];
const services = ['orders', 'billing', 'auth', 'storage', 'reports'];
const actions = [
  'invoice.paid',
  'order.created',
  'user.deleted',
  'aws.s3.put_object',
  'aws.iam.create_user',
  'github.repo.create',
  'okta.user.login',
  'azure.vm.start',
  'gcp.iam.set',
  'k8s.pod.exec',
];
const out = [];
readFileSync(process.argv[2], 'utf8')
  .trimEnd()
  .split('\n')
  .forEach((line, i) => {
    const record = JSON.parse(line);
    const envelope = (source, detail) => ({
      version: '0',
      id: record.id,
      'detail-type': 'AuditEvent',
      source,
      account: '123456789012',
      time: record.occurredAt,
      region: 'us-east-1',
      resources: [],
      detail,
    });
    if (i % 2 === 0) out.push(envelope(`audit.${record.source?.service ?? 'orders'}`, record));
    else
      out.push(
        envelope(`audit.${pick(services)}`, {
          ...record,
          tenantId: `t-${Math.floor(random() * 1000)}`,
          action: pick(actions),
          severity: pick(['low', 'medium', 'high', 'critical']),
          outcome: pick(['failure', 'success', 'denied', 'unknown']),
          risk: Math.floor(random() * 100),
          context: {
            ...record.context,
            ip: `10.${Math.floor(random() * 256)}.0.${Math.floor(random() * 256)}`,
          },
        }),
      );
  });
process.stdout.write(`${out.map((e) => JSON.stringify(e)).join('\n')}\n`);
