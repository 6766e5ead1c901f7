/** AWS's rules (cdk-nag, AwsSolutions) over the stack: nothing found that is not acknowledged with its reason. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';
import { App, Validations } from 'aws-cdk-lib';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { AwsSolutionsChecks } from 'cdk-nag';
import type { AuditStreamProps } from '../../lib/audit-stream.ts';
import { AuditStreamStack } from '../../lib/audit-stream-stack.ts';
import { WITHOUT_BUNDLES } from '../../lib/stream-function.ts';
import { anAuditedFunction } from './a-stack.ts';

const alertRules = fileURLToPath(new URL('../rehearsal/rules', import.meta.url));

/** Throws with what was found. */
function check(auditStream: AuditStreamProps, spoil?: (stack: AuditStreamStack) => void): void {
  const outdir = mkdtempSync(join(tmpdir(), 'audit-stream-nag-'));
  try {
    const app = new App({ outdir, context: { [WITHOUT_BUNDLES]: true } });
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
    const stack = new AuditStreamStack(app, 'AuditStream', { auditStream });
    spoil?.(stack);
    app.synth();
  } finally {
    rmSync(outdir, { recursive: true, force: true });
  }
}

test('the rules find nothing, with defaults and with everything configured', () => {
  check({});
  check({}, (stack) => {
    const managed = 'arn:<AWS::Partition>:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    Validations.of(anAuditedFunction(stack)).acknowledge({
      id: `AwsSolutions-IAM4[Policy::${managed}]`,
      reason: 'The function is not ours.',
    });
  });
  const apiKey = { secret: 'datadog/api-key' };
  check({ destinations: { datadog: { apiKey }, other: { sink: 'datadog', apiKey: { parameter: '/dd' } } } });
  const arn = 'arn:aws:es:eu-west-1:123456789012:domain/audit';
  const s3 = { bucket: 'acme-audit', region: 'eu-west-1' };
  check({ destinations: { opensearch: { url: 'https://search.example.com', arn }, s3 } });
  check({
    destinations: {
      pagerduty: { routingKey: { secret: 'pagerduty/key' } },
      email: { addresses: ['on-call@example.com'] },
      'email-ciso': { sink: 'email', topicArn: 'arn:aws:sns:eu-west-1:123456789012:alerts' },
    },
  });
  check({ rehearsal: true, production: false, destinations: { datadog: { apiKey } } });
  const alerting = {
    alertRules,
    pagerdutyWebhookSecret: { secret: 'pagerduty/webhook' },
    destinations: {
      pagerduty: { routingKey: { secret: 'pagerduty/key' } },
      slack: { token: { secret: 'slack/token' }, channel: 'C0123456789' },
    },
  };
  check(alerting);
  check({ ...alerting, rehearsal: true, production: false });
  check({ issuer: 'https://login.example.com', alarmEmail: 'on-call@example.com', production: false });
});

test('they would find a queue without TLS and without dead letters', () => {
  const spoiled = () => check({}, (stack) => void new Queue(stack, 'Bad'));
  expect(spoiled).toThrow('AwsSolutions-SQS3');
  expect(spoiled).toThrow('AwsSolutions-SQS4');
});
