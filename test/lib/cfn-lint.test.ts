/** The template under AWS's own linter (cfn-lint, Python). */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { pythonPart } from '../services/python-part.ts';
import { aStack } from './a-stack.ts';

const part = pythonPart('cfn-lint', '1.58.0');
if ('missing' in part) console.log(`Left out: the template under cfn-lint (${part.missing}).`);
const withLinter = 'missing' in part ? test.skip : test;

test('cfn-lint is there in CI', () => {
  if (process.env.CI) expect(part).not.toHaveProperty('missing');
});

function lint(template: unknown): string {
  const folder = mkdtempSync(join(tmpdir(), 'audit-stream-lint-'));
  try {
    const file = join(folder, 'template.json');
    writeFileSync(file, JSON.stringify(template));
    // W3005: the CDK writes a DependsOn beside each reference to a role.
    const run = 'from cfnlint.runner import main; main()';
    const args = ['-c', run, '--ignore-checks', 'W3005', '--regions', 'us-east-1', 'eu-west-1', '--', file];
    const { stdout, stderr } = spawnSync('python' in part ? part.python : '', args, { encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

withLinter('it finds nothing in the template, with defaults and with everything configured', () => {
  expect(lint(aStack().template.toJSON())).toBe('');
  const configured = aStack({
    issuer: 'https://login.example.com',
    producers: { 'audit.billing': ['acme'] },
    alarmEmail: 'on-call@example.com',
    production: false,
    destinations: {
      s3: { bucket: 'acme-audit', region: 'eu-west-1' },
      email: { addresses: ['on-call@example.com'] },
      slack: { token: { secret: 'slack/token' }, channel: 'C0123456789' },
      pagerduty: { routingKey: { secret: 'pagerduty/key' } },
    },
    alertRules: fileURLToPath(new URL('../rehearsal/rules', import.meta.url)),
    pagerdutyWebhookSecret: { secret: 'pagerduty/webhook' },
    dashboardUrl: 'https://audit.example.com',
  });
  expect(lint(configured.template.toJSON())).toBe('');
});

withLinter('it would find a property that does not exist', () => {
  const template = aStack().template.toJSON();
  template.Resources.Bad = { Type: 'AWS::SQS::Queue', Properties: { Visibility: 1 } };
  expect(lint(template)).toContain('E3002');
});
