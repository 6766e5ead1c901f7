// node generate.mjs N [SEED] > rules-N.json : N event patterns as a JSON array; the same N and SEED give the same bytes.
const n = Number(process.argv[2]);
let state = Number(process.argv[3] ?? 1) >>> 0;
const random = () => {
  // mulberry32
  state = (state + 0x6d2b79f5) >>> 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
};
const pick = (xs) => xs[Math.floor(random() * xs.length)];
const services = ['orders', 'billing', 'auth', 'storage', 'reports'];
const families = [
  'invoice.',
  'order.',
  'user.',
  'aws.s3.',
  'aws.iam.',
  'github.repo.',
  'okta.user.',
  'azure.',
  'gcp.',
  'k8s.',
];
const severities = [['high', 'critical'], ['critical'], ['medium', 'high', 'critical'], ['low']];
const outcomes = [['failure'], ['success'], ['failure', 'denied'], ['unknown']];
const rules = [];
for (let i = 0; i < n; i++) {
  const detail = {
    tenantId: [`t-${i % 1000}`],
    action: [{ prefix: pick(families) }],
    severity: pick(severities),
    outcome: pick(outcomes),
  };
  const kind = i % 10; // a tenth each: numeric, anything-but, cidr; the rest is the plain shape
  if (kind === 3)
    detail.risk = [{ numeric: ['>', Math.floor(random() * 90), '<=', 90 + Math.floor(random() * 10)] }];
  if (kind === 6)
    detail.actor = {
      type: [{ 'anything-but': pick([['system'], ['service'], ['system', 'service'], ['anonymous']]) }],
    };
  if (kind === 9)
    detail.context = { ip: [{ cidr: `10.${Math.floor(random() * 256)}.0.0/${pick([8, 12, 16, 24])}` }] };
  rules.push({ source: [`audit.${pick(services)}`], detail });
}
process.stdout.write(`${JSON.stringify(rules, null, 0).replaceAll('},{"source"', '},\n{"source"')}\n`);
