/** The CDK app: `npx cdk deploy`. */
import { App } from 'aws-cdk-lib';
import { AuditStreamStack } from '../lib/audit-stream-stack.ts';

const app = new App();
const rehearsal = app.node.tryGetContext('rehearsal') === 'true';
new AuditStreamStack(app, 'AuditStream', {
  description: 'Audit Stream: audit events, live, and nothing lost',
  rehearsal,
  production: !rehearsal,
  ...(app.node.tryGetContext('issuer') && { issuer: app.node.tryGetContext('issuer') }),
  ...(app.node.tryGetContext('audience') && { audience: app.node.tryGetContext('audience') }),
});
