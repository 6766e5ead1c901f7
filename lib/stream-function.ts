/** A Lambda of this system: bundled code, Node 24 on arm64, its own log group, and settings by their one list of names. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../src/aws/environment.ts';

export interface StreamFunctionProps {
  /** Of the bundle: `dist/lambdas/<bundle>`. */
  readonly bundle: string;
  readonly description: string;
  readonly timeout: Duration;
  /** In MB; a Lambda's share of a processor grows with it. */
  readonly memorySize: number;
  readonly logRetention: RetentionDays;
  readonly settings: Partial<Readonly<Record<EnvironmentName, string>>>;
}

export class StreamFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: StreamFunctionProps) {
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(scope, props.bundle),
      timeout: props.timeout,
      memorySize: props.memorySize,
      loggingFormat: LoggingFormat.JSON,
      logGroup: new LogGroup(scope, `${id}Log`, {
        retention: props.logRetention,
        removalPolicy: RemovalPolicy.DESTROY,
      }),
      environment: { ...props.settings },
    });
  }
}

/** Context that lets a test synthesize without bundles. */
export const WITHOUT_BUNDLES = 'audit-stream:without-bundles';

function codeOf(scope: Construct, bundle: string): Code {
  if (scope.node.tryGetContext(WITHOUT_BUNDLES)) return Code.fromInline('exports.handler = () => {};');
  // From the source tree, and from an installed package, where this file is in dist/lib.
  const found = ['../dist/lambdas/', '../lambdas/']
    .map((folder) => fileURLToPath(new URL(folder + bundle, import.meta.url)))
    .find((folder) => existsSync(`${folder}/index.js`));
  if (found === undefined)
    throw new Error(
      `The Lambda “${bundle}” is not bundled: run npm run build:lambdas, then synthesize again.`,
    );
  return Code.fromAsset(found);
}
