/** The package as somebody else's CDK app has it: packed, unpacked into an empty app, type-checked and synthesized. */
import { spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';

const root = fileURLToPath(new URL('../../', import.meta.url));
const app = mkdtempSync(join(tmpdir(), 'audit-stream-app-'));
const copy = mkdtempSync(join(tmpdir(), 'audit-stream-copy-'));

const MAIN = `
import { App, Stack } from 'aws-cdk-lib';
import { Code, Function, Runtime } from 'aws-cdk-lib/aws-lambda';
import { AuditStream } from 'audit-stream/cdk';

const app = new App({ outdir: 'cdk.out' });
const stack = new Stack(app, 'Mine');
const audit = new AuditStream(stack, 'Audit', {
  issuer: 'https://login.example.com',
  trailRetentionDays: 3,
  alertRules: './rules',
});
const code = Code.fromInline('exports.handler = () => {};');
const billing = new Function(stack, 'Billing', { runtime: Runtime.NODEJS_24_X, handler: 'index.handler', code });
audit.auditedBy(billing, { service: 'billing' });
const url: string = audit.streamUrl;
app.synth();
console.log(url.length > 0);
`;

const RULE = `
id: mass-export
name: A mass export
why: Somebody takes everything along.
kind: match
pattern: {action: [report.exported]}
severity: high
title: "{actor.id} exported"
`;

/** What lies beside the code of Lambdas, by the asset's hash. */
function besideCode(): Readonly<Record<string, string>> {
  const out = join(app, 'cdk.out');
  const assets = readdirSync(out).filter((name) => existsSync(join(out, name, 'alerting.json')));
  return Object.fromEntries(
    assets
      .filter((name) => name.startsWith('asset.'))
      .map((name) => [name, readFileSync(join(out, name, 'alerting.json'), 'utf8')]),
  );
}

function run(cwd: string, command: string, args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(command, args, { cwd, encoding: 'utf8', timeout: 120_000 });
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stdout}${stderr}`);
  return stdout;
}

/** With the settings that `cdk init` writes. */
function check(file: string): void {
  const options = ['--strict', '--noEmit', '--module', 'nodenext', '--target', 'es2023', '--skipLibCheck'];
  run(app, process.execPath, [
    join(root, 'node_modules/typescript/bin/tsc'),
    ...options,
    '--types',
    '',
    file,
  ]);
}

beforeAll(() => {
  // Built in a copy: other tests use the page that is built here.
  for (const file of run(root, 'git', ['ls-files', '-co', '--exclude-standard', '-z']).split('\0'))
    if (/^(bin|dashboard|demo|lambdas|lib|rules|src)\/|^[^/]+$/.test(file) && existsSync(join(root, file)))
      cpSync(join(root, file), join(copy, file));
  symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
  run(copy, 'npm', ['run', '--silent', 'build']);
  const packed =
    run(copy, 'npm', ['pack', '--silent', '--pack-destination', app]).trim().split('\n').at(-1) ?? '';
  const home = join(app, 'node_modules/audit-stream');
  mkdirSync(home, { recursive: true });
  run(app, 'tar', ['-xzf', packed, '-C', home, '--strip-components=1']);
  // What an app brings itself, and what this package depends on.
  for (const name of ['aws-cdk-lib', 'constructs', 'jose', 'microdiff', 'ws', 'yaml'])
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  writeFileSync(join(app, 'package.json'), '{"type":"module"}');
  writeFileSync(join(app, 'main.ts'), MAIN);
  mkdirSync(join(app, 'rules'));
  writeFileSync(join(app, 'rules/export.yaml'), RULE);
}, 180_000);
afterAll(() => {
  for (const folder of [app, copy]) rmSync(folder, { recursive: true, force: true });
});

test('an app of one’s own type-checks with the construct, strictly', () => {
  check('main.ts');
}, 120_000);

test('a prop that does not exist is an error of types', () => {
  writeFileSync(join(app, 'wrong.ts'), MAIN.replace('trailRetentionDays: 3', 'trailRetention: 3'));
  expect(() => check('wrong.ts')).toThrow('trailRetention');
}, 120_000);

test('it synthesizes, with the Lambdas that came in the package', () => {
  expect(run(app, process.execPath, ['main.ts'])).toContain('true');
  const { scripts } = JSON.parse(readFileSync(join(app, 'node_modules/audit-stream/package.json'), 'utf8'));
  expect(scripts?.postinstall).toBeUndefined();
}, 120_000);

test('rules travel beside the code; the same rules are the same assets, and a changed one is deployed anew', () => {
  const synth = () => {
    rmSync(join(app, 'cdk.out'), { recursive: true, force: true });
    run(app, process.execPath, ['main.ts']);
    return besideCode();
  };
  const first = synth();
  // detect, tick and operate.
  expect(Object.keys(first)).toHaveLength(3);
  for (const text of Object.values(first))
    expect(JSON.parse(text)).toMatchObject({
      documents: [{ file: 'export.yaml', value: { id: 'mass-export' } }],
      channels: [],
    });
  expect(synth()).toEqual(first);
  writeFileSync(join(app, 'rules/export.yaml'), RULE.replace('high', 'critical'));
  expect(Object.keys(first).filter((asset) => asset in synth())).toEqual([]);
}, 240_000);

test('who takes only the client loads no CDK and no AWS SDK', () => {
  rmSync(join(app, 'node_modules/aws-cdk-lib'), { force: true });
  rmSync(join(app, 'node_modules/constructs'), { force: true });
  const code =
    "const { AuditStreamClient } = await import('audit-stream/client'); console.log(typeof AuditStreamClient)";
  expect(run(app, process.execPath, ['--input-type=module', '-e', code])).toContain('function');
});

test('editors find the schema of rule files in it', () => {
  const code =
    "const { default: schema } = await import('audit-stream/rules.schema.json', { with: { type: 'json' } }); console.log(schema.title)";
  expect(run(app, process.execPath, ['--input-type=module', '-e', code])).toContain('Rules and policy');
});

test('the middleware type-checks on a service’s own middy, and writes its record', () => {
  mkdirSync(join(app, 'node_modules/@middy'));
  for (const name of ['@middy/core', '@middy/util'])
    symlinkSync(join(root, 'node_modules', name), join(app, 'node_modules', name));
  writeFileSync(
    join(app, 'service.ts'),
    `import middy from '@middy/core';
import { audit } from 'audit-stream/middleware';

export const handler = middy()
  .use(audit({ service: 'billing' }))
  .handler(async () => ({ statusCode: 200 }));
`,
  );
  check('service.ts');
  const code = "const { handler } = await import('./service.ts'); await handler({}, {})";
  const line = JSON.parse(run(app, process.execPath, ['--input-type=module', '-e', code]));
  expect(line).toMatchObject({
    auditStreamJournal: 1,
    event: { action: 'function.invoked', source: { service: 'billing' } },
  });
}, 120_000);
