/** A Lambda of this system: bundled code, Node 24 on arm64, its own log group, and settings by their one list of names. */
import { createHash } from 'node:crypto';
import { cpSync, existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Duration, RemovalPolicy, Stage } from 'aws-cdk-lib';
import { Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  Runtime,
} from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { Construct } from 'constructs';
import type { EnvironmentName } from '../src/aws/environment.ts';

export interface StreamFunctionProps {
  /** Of the bundle: `dist/lambdas/<bundle>`. */
  readonly bundle: string;
  readonly description: string;
  readonly timeout: Duration;
  /** In MB; a Lambda's share of a processor grows with it. */
  readonly memorySize: number;
  readonly logRetentionDays: number;
  readonly settings: Partial<Readonly<Record<EnvironmentName, string>>>;
  /** Files that lie beside its code: name → text. For what a Lambda's settings are too small for. */
  readonly beside?: Readonly<Record<string, string>>;
}

/** X-Ray is left at Lambda's default: a trace that a caller began is passed on, none is begun, nothing is paid. */
export class StreamFunction extends LambdaFunction {
  constructor(scope: Construct, id: string, props: StreamFunctionProps) {
    const logGroup = new LogGroup(scope, `${id}Log`, {
      retention: props.logRetentionDays,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    // AWS's ready-made policy would let it write into every log group of the account.
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    super(scope, id, {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: codeOf(scope, props.bundle, props.beside),
      role,
      timeout: props.timeout,
      memorySize: props.memorySize,
      loggingFormat: LoggingFormat.JSON,
      logGroup,
      environment: { ...props.settings },
    });
  }
}

/** Context that lets a test synthesize without bundles. */
export const WITHOUT_BUNDLES = 'audit-stream:without-bundles';

function codeOf(scope: Construct, bundle: string, beside?: StreamFunctionProps['beside']): Code {
  if (scope.node.tryGetContext(WITHOUT_BUNDLES)) return Code.fromInline('exports.handler = () => {};');
  // From the source tree, and from an installed package, where this file is in dist/lib.
  const found = ['../dist/lambdas/', '../lambdas/']
    .map((folder) => fileURLToPath(new URL(folder + bundle, import.meta.url)))
    .find((folder) => existsSync(`${folder}/index.js`));
  if (found === undefined)
    throw new Error(
      `The Lambda “${bundle}” is not bundled: run npm run build:lambdas, then synthesize again.`,
    );
  return Code.fromAsset(beside === undefined ? found : staged(scope, found, bundle, beside));
}

/** A copy of the bundle with the files in it, below the CDK's own output: the same files, the same asset. */
function staged(
  scope: Construct,
  found: string,
  bundle: string,
  beside: Readonly<Record<string, string>>,
): string {
  const hash = createHash('sha256').update(JSON.stringify(beside)).digest('hex').slice(0, 16);
  const folder = join(Stage.of(scope)?.assetOutdir ?? '', `staged-${bundle}-${hash}`);
  cpSync(found, folder, { recursive: true });
  for (const [name, text] of Object.entries(beside)) writeFileSync(join(folder, name), text);
  return folder;
}
