/** Where a service is called: its regional endpoint, unless the environment says otherwise, as for the SDKs. */

type Environment = Readonly<Record<string, string | undefined>>;

export type AwsService = 'dynamodb' | 'eventbridge' | 'lambda' | 'sqs' | 'secretsmanager' | 'ssm';

/** https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html */
export function endpointOf(service: AwsService, env: Environment = process.env): string {
  return (
    env[`AWS_ENDPOINT_URL_${VARIABLES[service] ?? service.toUpperCase()}`] ||
    env.AWS_ENDPOINT_URL ||
    `https://${service === 'eventbridge' ? 'events' : service}.${regionOf(env)}.amazonaws.com${regionOf(env).startsWith('cn-') ? '.cn' : ''}`
  );
}

/** Throws when it is not set: every Lambda has it. */
export function regionOf(env: Environment = process.env): string {
  if (!env.AWS_REGION) throw new Error('AWS_REGION is not set: a Lambda has it from the platform');
  return env.AWS_REGION;
}

/** Where the variable is not the service's name. */
const VARIABLES: Partial<Record<AwsService, string>> = { secretsmanager: 'SECRETS_MANAGER' };
