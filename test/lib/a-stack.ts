/** The stack as a test wants it, synthesized without bundles. */
import { App, Validations } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Code, Function as LambdaFunction, Runtime } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { AuditStreamProps } from '../../lib/audit-stream.ts';
import { AuditStreamStack } from '../../lib/audit-stream-stack.ts';
import { WITHOUT_BUNDLES } from '../../lib/stream-function.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly DeletionPolicy?: string;
}

/** `more` adds what an app of one's own would. */
export function aStack(
  auditStream: AuditStreamProps = {},
  more?: (stack: AuditStreamStack) => void,
  id = 'AuditStream',
) {
  const app = new App({ context: { [WITHOUT_BUNDLES]: true } });
  Validations.of(app);
  const stack = new AuditStreamStack(app, id, { auditStream });
  more?.(stack);
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

/** A function of somebody's own, audited. */
export function anAuditedFunction(stack: AuditStreamStack, id = 'Billing', service = 'billing') {
  const fn = new LambdaFunction(stack, id, {
    runtime: Runtime.NODEJS_24_X,
    handler: 'index.handler',
    code: Code.fromInline('exports.handler = () => {};'),
    logGroup: new LogGroup(stack, `${id}Log`),
  });
  stack.auditStream.auditedBy(fn, { service });
  return fn;
}
