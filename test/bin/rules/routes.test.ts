/** `rules routes` shows a person who gets what, and what nobody gets. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { UsageError } from '../../../bin/command.ts';
import type { RouteMap } from '../../../bin/rules/route-map.ts';
import { routes } from '../../../bin/rules/routes.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'audit-stream-routes-'));
  mkdirSync(join(dir, 'rules'));
  file('rules/rules.yaml', RULES);
  file('rules/policy.yaml', POLICY);
});
afterEach(() => {
  jest.restoreAllMocks();
  rmSync(dir, { recursive: true });
});

const RULES = `rules:
  - {id: mfa-off, name: MFA off, why: w, kind: match, pattern: {action: [a]}, severity: critical, title: t, labels: {team: iam}}
  - {id: export, name: Export, why: w, kind: match, pattern: {action: [b]}, severity: medium, title: t, channels: [mail]}
  - {id: typo, name: Typo, why: w, kind: match, pattern: {action: [c]}, severity: low, title: t}
`;
const POLICY = `routes:
  - {name: acme, match: {tenantId: [acme]}, channels: [pager], goOn: true}
  - {name: grave, match: {severity: [critical]}, channels: [slack]}
  - {name: late, match: {severity: [critical]}, channels: [archive]}
  - {name: info, match: {severity: [info]}, channels: [archive]}
`;

function file(name: string, text: string): string {
  writeFileSync(join(dir, name), text);
  return join(dir, name);
}

async function run(...args: readonly string[]) {
  const out = jest.spyOn(console, 'log').mockImplementation(() => {});
  const err = jest.spyOn(console, 'error').mockImplementation(() => {});
  const code = await routes.run([join(dir, 'rules'), ...args]);
  return { code, out: out.mock.calls.flat().join('\n'), err: err.mock.calls.flat().join('\n') };
}

test('a table shows rules, channels and the reason, and what none of them takes', async () => {
  file(
    'rules/policy.yaml',
    POLICY.replace(
      '{name: late,',
      '{name: never, match: {tenantId: [audit-stream], severity: [info], labels: {a: [b]}}, channels: [archive]}\n  - {name: late,',
    ),
  );
  const { code, out, err } = await run('--severity', 'critical', '--severity', 'medium', '--severity', 'low');
  expect(err).toBe('');
  expect(code).toBe(0);
  expect(out.split('\n')).toEqual([
    'RULE     SEVERITY  page  archive  mail  pager  slack  BECAUSE',
    'mfa-off  critical  ●                    ○      ●      perhaps route acme, route grave',
    'export   medium    ●              ●                   rule',
    'typo     low       ●                    ○             perhaps route acme',
    '',
    '● hears  ○ perhaps: what the notice says decides, such as its tenant or its group',
    'Without --config the channels are those that rules and routes name; which destinations there are is not known.',
    '',
    'Routes that none of these alerts take',
    '  never: matches none of them',
    '  late: a route before it has decided for all',
    '  info: matches none of them',
    '',
    'Channels that hear of none of these alerts',
    '  archive',
  ]);
});

test('alerts of the system itself have a row, where no rules are selected', async () => {
  const rulesOf = async (...args: readonly string[]) =>
    (JSON.parse((await run('--json', ...args)).out) as RouteMap).rows.map(({ rule }) => rule);
  expect(await rulesOf()).toEqual(['mfa-off', 'export', 'typo', '(the system itself)']);
  jest.restoreAllMocks();
  expect(await rulesOf('--tenant', 'acme')).toEqual(['mfa-off', 'export', 'typo']);
  jest.restoreAllMocks();
  expect(await rulesOf('--label', 'team=iam')).toEqual(['mfa-off']);
});

test('for a tenant its routes are certain', async () => {
  const { out } = await run('--tenant', 'acme', '--json');
  expect((JSON.parse(out) as RouteMap).rows[0]).toEqual({
    rule: 'mfa-off',
    severity: 'critical',
    certain: ['pager', 'slack'],
    perhaps: [],
    because: ['route acme', 'route grave'],
  });
});

test.each([
  ['of a home', (destinations: object) => ({ destinations })],
  ['of a CDK app', (destinations: object) => ({ context: { 'audit-stream': { destinations } } })],
])('a configuration %s says which destinations there are', async (_, configuration) => {
  const webhookUrl = { env: 'NOT_SET' };
  const config = file(
    'config.json',
    JSON.stringify(configuration({ slack: { webhookUrl }, other: { sink: 'slack', webhookUrl } })),
  );
  const { code, out, err } = await run('--config', config, '--json');
  const map = JSON.parse(out) as RouteMap;
  expect(map.channels).toEqual(['slack', 'other']);
  expect(map.unreachedChannels).toEqual(['other']);
  expect(code).toBe(1);
  expect(err).toContain('route acme: channels names pager, which is no destination of alerts');
});

test('what is wrong in the files is told, and the rest is shown', async () => {
  file('rules/bad.yaml', 'id: bad\nkind: match\n');
  const { code, out, err } = await run();
  expect(code).toBe(2);
  expect(out).toContain('mfa-off');
  expect(err).toContain('bad.yaml: rule bad: name is required');
});

test.each([
  [['--severity', 'urgent'], '--severity must be one of info'],
  [['--label', 'team'], '--label must be a name and a value such as team=payments'],
  [['--tenant', 'a b'], '--tenant must be a tenant id'],
  [['--config', '/nowhere.json'], '/nowhere.json: cannot be read'],
  [['more'], 'routes takes one folder'],
])('%j is called wrongly', async (args, message) => {
  const failed = await run(...args).catch((error: unknown) => error);
  expect(failed).toBeInstanceOf(UsageError);
  expect((failed as Error).message).toContain(message);
});

test('a destination that is configured wrongly is told by its path', async () => {
  const config = file('config.json', JSON.stringify({ destinations: { slack: {}, Bad: {} } }));
  await expect(run('--config', config)).rejects.toThrow(/destinations\.slack[\s\S]*destinations\.Bad/);
  await expect(run('--config', file('not.json', '{'))).rejects.toThrow('is not JSON');
});

test('where nothing is selected, it says so', async () => {
  expect((await run('--label', 'team=nobody')).out).toBe('No rule is selected.');
});
