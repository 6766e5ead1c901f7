/** A deployment of the real app to the emulator: `cdk bootstrap`, `deploy` and `destroy`, and where it then is. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requestBody } from '../../src/aws/http/request-body.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import type { Issuer } from './issuer.ts';
import { ACCOUNT, CREDENTIALS, type MiniStack, REGION } from './ministack.ts';
import { runWell } from './run.ts';

const STACK = 'AuditStream';
const RULES = fileURLToPath(new URL('./rules', import.meta.url));

export interface Outputs {
  readonly StreamUrl: string;
  readonly BusName: string;
  readonly BusArn: string;
}

export interface Deployment {
  bootstrap(): Promise<void>;
  /** The first time it creates, later it updates. What CDK said, and the stack's outputs. */
  deploy(): Promise<{ readonly said: string; readonly outputs: Outputs }>;
  destroy(): Promise<void>;
  /** Names of the stacks that the emulator has. */
  stacks(): Promise<readonly string[]>;
}

export function makeDeployment(cloud: MiniStack, issuer: Issuer, destinations: string): Deployment {
  // The Lambdas are bundled by the rehearsal, so that it can deploy others than the app's own.
  const app = [
    ...['--build', 'true', '-c', 'rehearsal=true', '-c', `audit-stream:issuer=${issuer.url}`],
    ...['-c', `audit-stream:destinations=${destinations}`],
    ...['-c', `audit-stream:alertRules=${RULES}`],
  ];
  return {
    async bootstrap() {
      await runWell('cdk', ['bootstrap', `aws://${ACCOUNT}/${REGION}`, ...app], cloud.env);
    },
    async deploy() {
      const folder = mkdtempSync(join(tmpdir(), 'audit-stream-outputs-'));
      const file = join(folder, 'outputs.json');
      const parameter = `ManagementBaseUrl=${cloud.url}/_aws/execute-api`;
      try {
        const said = await runWell(
          'cdk',
          [
            'deploy',
            '--require-approval',
            'never',
            '--outputs-file',
            file,
            '--parameters',
            parameter,
            ...app,
          ],
          cloud.env,
        );
        const outputs = (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Outputs>)[STACK] as Outputs;
        return { said, outputs };
      } finally {
        rmSync(folder, { recursive: true, force: true });
      }
    },
    async destroy() {
      await runWell('cdk', ['destroy', '--force', ...app], cloud.env);
    },
    async stacks() {
      const client = makeSignedClient({
        endpoint: cloud.url,
        service: 'cloudformation',
        region: REGION,
        credentials: () => CREDENTIALS,
      });
      const list = client.withHeaders({ 'content-type': 'application/x-www-form-urlencoded' });
      const answer = await list('POST', '/', 10_000, requestBody('Action=ListStacks&Version=2010-05-15'));
      client.close();
      if (answer.kind === 'unanswered' || answer.status !== 200)
        throw new Error('the stacks cannot be listed');
      const text = answer.body.toString();
      return [...text.matchAll(/<member>(.*?)<\/member>/gs)].flatMap(([, member = '']) => {
        const name = /<StackName>(.*?)</.exec(member)?.[1];
        return name !== undefined && !/DELETE_COMPLETE/.test(member) ? [name] : [];
      });
    },
  };
}
