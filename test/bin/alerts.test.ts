import { expect, test } from '@jest/globals';
import { until } from '../builders/until.ts';
import { aDemo } from './a-demo.ts';
import { run } from './run-cli.ts';

// The demo's rules, and no events but those that are sent here.
const demo = aDemo({ eventsPerSecond: 0.01 });

const alerts = (...args: readonly string[]) =>
  run(['alerts', ...args, '--url', demo.url(), '--tenant', 'initech']);
const purge = () =>
  run([
    'emit',
    '--url',
    demo.url(),
    '--tenant',
    'initech',
    '--actor',
    'jo',
    '--action',
    'azure.microsoft.keyvault.vaults.keys.purge.action',
  ]);

test('an alert is listed, shown, acknowledged and resolved; its kind is silenced and heard of again', async () => {
  expect((await alerts('list')).out).toBe('No alert is open.\n');
  await purge();
  await until(async () => (await alerts('list')).out.includes('1 purged keys by jo'), 20_000);
  const listed = (await alerts('list')).out;
  expect(listed).toMatch(/critical +firing .*slack, slack-webhook, pagerduty, email/);
  const { alert } = JSON.parse((await alerts('list', '--json')).out);

  const shown = (await alerts('show', alert.alertId)).out;
  expect(shown).toMatch(/rule +A key of a vault is purged \(vault-key-purged, match\)/);
  expect(shown).toMatch(/fired +1 +slack, slack-webhook, pagerduty, email/);
  expect(shown).not.toMatch(/over because|too large/);
  expect(shown).toMatch(/azure\.microsoft\.keyvault\.vaults\.keys\.purge\.action +success +jo/);

  expect(await alerts('ack', alert.alertId)).toMatchObject({
    code: 0,
    out: expect.stringContaining('Acknowledged'),
  });
  expect((await alerts('list')).out).toContain('acknowledged by cli@this-machine');
  const silence = ['silence', '--rule', 'vault-key-purged', '--for', '1h', '--comment', 'Move of keys'];
  const [, id = ''] = /unsilence (\S+)/.exec((await alerts(...silence)).out) ?? [];
  expect((await alerts('silences')).out).toMatch(
    /until .* cli@this-machine .*vault-key-purged.* Move of keys/,
  );
  expect(await alerts('resolve', alert.alertId)).toMatchObject({
    code: 0,
    out: expect.stringContaining('Resolved'),
  });
  expect((await alerts('list')).out).toBe('No alert is open.\n');
  expect((await alerts('list', '--all')).out).toMatch(/critical +resolved/);
  expect((await alerts('show', alert.alertId)).out).toContain('cli@this-machine resolved it');
  expect((await alerts('ack', alert.alertId)).out).toMatch(/^It is over already: 1 purged keys by jo/);
  expect(await alerts('unsilence', id)).toMatchObject({ code: 0 });
  expect((await alerts('silences')).out).toBe('Nothing is silenced.\n');
  expect((await alerts('silences', '--all')).out).toContain('ended by cli@this-machine');
}, 60_000);

test('whoever may look only is told which role it takes; the token names the tenant', async () => {
  const body = JSON.stringify({ tenant: 'umbrella', roles: ['viewer'], subject: 'vi' });
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${demo.url()}/dev/token`, { method: 'POST', headers, body });
  const { token } = (await answer.json()) as { token: string };
  const asViewer = (...args: readonly string[]) =>
    run(['alerts', ...args, '--url', demo.url(), '--token-command', `echo ${token}`]);
  expect(await asViewer('list', '--all')).toMatchObject({ code: 0, out: 'There was no alert.\n' });
  expect(await asViewer('silences')).toMatchObject({ code: 0, out: 'Nothing is silenced.\n' });
  for (const args of [
    ['ack', 'a'],
    ['resolve', 'a'],
    ['unsilence', 's'],
  ])
    expect(await asViewer(...args)).toMatchObject({
      code: 3,
      err: expect.stringMatching(/needs the role operator, the token gives viewer/),
    });
}, 60_000);

test('what is called wrongly says what is missing; what cannot be done says why', async () => {
  expect(await alerts('ack', 'nobody')).toMatchObject({
    code: 3,
    err: 'audit-stream alerts ack: alertId: this tenant has no such alert\n',
  });
  expect(await alerts('silence', '--rule', 'x')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--for'),
  });
  const wrong = ['silence', '--match', '{"severity": "low"}', '--for', '1h', '--comment', 'x'];
  expect(await alerts(...wrong)).toMatchObject({ code: 2, err: expect.stringContaining('--match') });
  expect(await alerts('show')).toMatchObject({ code: 2, err: expect.stringContaining('the id of an alert') });
  const both = ['silence', '--rule', 'x', '--everything', '--for', '1h', '--comment', 'x'];
  expect(await alerts(...both)).toMatchObject({ code: 2, err: expect.stringContaining('one of --rule') });
  const long = ['silence', '--everything', '--for', '91d', '--comment', 'x'];
  expect(await alerts(...long)).toMatchObject({ code: 3, err: expect.stringContaining('at most 90 days') });
  expect(await alerts('list', '--for', '2h')).toMatchObject({
    code: 2,
    err: expect.stringContaining('list takes no --for'),
  });
  expect(await alerts('lst')).toMatchObject({
    code: 2,
    err: expect.stringContaining('alerts takes list, show'),
  });
  expect(await run(['alerts', 'list', '--url', demo.url()])).toMatchObject({
    code: 2,
    err: expect.stringContaining('--tenant'),
  });
}, 60_000);
