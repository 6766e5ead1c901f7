/** The stack as a test wants it, synthesized without bundles. */
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import type { AuditStreamProps } from '../../lib/audit-stream.ts';
import { AuditStreamStack } from '../../lib/audit-stream-stack.ts';
import { WITHOUT_BUNDLES } from '../../lib/stream-function.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

export function aStack(auditStream: AuditStreamProps = {}) {
  const app = new App({ context: { [WITHOUT_BUNDLES]: true } });
  Validations.of(app);
  const stack = new AuditStreamStack(app, 'AuditStream', { auditStream });
  const template = Template.fromStack(stack);
  const resources = Object.entries(template.toJSON().Resources as Record<string, Resource>);
  return {
    stack,
    template,
    /** Logical id and resource. */
    ofType: (type: string) => resources.filter(([, { Type }]) => Type === type),
    text: JSON.stringify(template.toJSON()),
  };
}
