/** Lets a function read one secret, where a deployment can keep it. */
import { Arn, ArnFormat, Stack } from 'aws-cdk-lib';
import { type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import type { Construct } from 'constructs';
import type { SecretRef } from '../src/sink/options.ts';

/** Of Secrets Manager by name or whole ARN, or of Parameter Store. */
export function grantSecret(scope: Construct, id: string, ref: SecretRef, fn: IGrantable): void {
  if ('secret' in ref) {
    const isArn = ref.secret.startsWith('arn:');
    const secret = isArn
      ? Secret.fromSecretCompleteArn(scope, id, ref.secret)
      : Secret.fromSecretNameV2(scope, id, ref.secret);
    secret.grantRead(fn);
  }
  if ('parameter' in ref) {
    const resourceName = ref.parameter.replace(/^\//, '');
    const parameter = { service: 'ssm', resource: 'parameter', resourceName };
    fn.grantPrincipal.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['ssm:GetParameter'],
        resources: [Arn.format({ ...parameter, arnFormat: ArnFormat.SLASH_RESOURCE_NAME }, Stack.of(scope))],
      }),
    );
  }
}
