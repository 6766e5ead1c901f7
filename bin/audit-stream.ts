/** The CDK app: `npx cdk deploy`. Its settings are the context `audit-stream` of cdk.json, and `-c audit-stream:name=value`. */
import { App, CliCredentialsStackSynthesizer, type StackProps, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks } from 'cdk-nag';
import { AuditStreamStack } from '../lib/audit-stream-stack.ts';
import { ConfigurationError, contextOf, readConfiguration } from '../lib/configuration.ts';

try {
  const app = new App();
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app));
  const { busArn, ...settings } = readConfiguration(contextOf((name) => app.node.tryGetContext(name)));
  const rehearsal = app.node.tryGetContext('rehearsal') === 'true';
  new AuditStreamStack(app, 'AuditStream', {
    description: 'Audit Stream: audit events, live, and nothing lost',
    ...(rehearsal && { synthesizer: ownCredentials() }),
    ...(busArn !== undefined && { busArn }),
    auditStream: {
      ...settings,
      ...(rehearsal && { rehearsal, production: false }),
    },
  });
} catch (error) {
  if (!(error instanceof ConfigurationError)) throw error;
  console.error(error.message);
  process.exit(1);
}

/** The emulator does not know what the bootstrapped roles may do with their bucket. */
function ownCredentials(): NonNullable<StackProps['synthesizer']> {
  return new CliCredentialsStackSynthesizer() as unknown as NonNullable<StackProps['synthesizer']>;
}
