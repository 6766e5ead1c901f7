/** Slack as a destination: what it can be told, and the traps of its documents. */
import { describe, expect, test } from '@jest/globals';
import { fromQuery } from '../../dashboard/src/filter/filter-url.ts';
import { slack } from '../../src/sink/slack.ts';
import { anAlert } from '../builders/an-alert.ts';
import { aDelivery, aDestination, aNotice, type DeliveryOptions } from './a-delivery.ts';
import { aSlack, bodiesOf, CHANNEL, HOOK, SETTINGS, say, type WorkspaceOptions } from './a-slack.ts';

const TOKEN = { token: { secret: 'token' }, channel: CHANNEL };
const WEBHOOK = { webhookUrl: { secret: 'hook' } };

function aHome(
  options: Readonly<Record<string, unknown>> = TOKEN,
  more: Partial<WorkspaceOptions & DeliveryOptions> = {},
) {
  const clock = { nowMs: Date.parse('2026-11-24T12:00:00Z') };
  const now = () => clock.nowMs;
  const workspace = aSlack({ now, ...more });
  const readSecret = async () => ('webhookUrl' in options ? HOOK : 'a-secret-of-the-vendor');
  const delivery = aDelivery(aDestination('slack', options), {
    send: workspace.send,
    now,
    readSecret,
    ...more,
  });
  const tell = (fields: Parameters<typeof anAlert>[0] = {}) =>
    delivery.deliver([aNotice(fields, clock.nowMs - 60_000)]);
  return { ...workspace, ...delivery, clock, tell };
}

describe('the options of Slack', () => {
  test.each([
    [{}, '"token" and "channel", or "webhookUrl"'],
    [{ token: { secret: 't' } }, '"token" and "channel", or "webhookUrl"'],
    [{ channel: CHANNEL }, '"token" and "channel", or "webhookUrl"'],
    [{ ...TOKEN, ...WEBHOOK }, '"webhookUrl" alone'],
    [{ ...WEBHOOK, channel: CHANNEL }, '"webhookUrl" alone'],
    [{ ...WEBHOOK, apiUrl: 'https://slack-gov.com' }, '"webhookUrl" alone'],
    [{ ...TOKEN, mentionFrom: 'high' }, 'nobody would be called'],
    [{ ...TOKEN, mention: ['<!here>'] }, 'destinations.slack.mention: must be a list of "here"'],
    [{ ...TOKEN, mention: ['everyone of us'] }, 'destinations.slack.mention: must be a list of "here"'],
    [{ ...TOKEN, channel: '#a b' }, 'destinations.slack.channel: must be the id of a channel'],
    [{ ...TOKEN, apiUrl: 'http://slack.example.com' }, 'destinations.slack.apiUrl: must be an address'],
    [
      { ...TOKEN, dashboardUrl: 'javascript:alert(1)' },
      'destinations.slack.dashboardUrl: must be an address',
    ],
    [{ ...TOKEN, token: 'xoxb-in-the-open' }, 'destinations.slack.token: must say where the secret is'],
    [{ webhookUrl: HOOK }, 'destinations.slack.webhookUrl: must say where the secret is'],
  ])('%j is refused with a sentence', (options, sentence) => {
    expect(() => aDestination('slack', options)).toThrow(sentence);
    expect(() => aDestination('slack', options)).not.toThrow(/xoxb-in-the-open|not-for-logs/);
  });

  test('a proxy, or Slack for governments, is called instead', async () => {
    const home = aHome({ ...TOKEN, apiUrl: 'https://slack-gov.com/' });
    await home.tell();
    expect(home.calls[0]?.request.url).toBe('https://slack-gov.com/api/chat.postMessage');
  });

  test('who is named is called from that severity on, while it fires, and again in the thread when it lasts', async () => {
    const home = aHome({ ...TOKEN, mention: ['here', 'U0123ABCD', 'S0123ABCD'], mentionFrom: 'critical' });
    const called = '<!here> <@U0123ABCD> <!subteam^S0123ABCD>';
    await home.tell({ severity: 'high', alertId: 'high' });
    home.clock.nowMs += 5_000;
    await home.tell({ severity: 'critical' });
    home.clock.nowMs += 5_000;
    await home.tell({ severity: 'critical', sequence: 2, change: 'repeated' });
    home.clock.nowMs += 5_000;
    const [high, critical] = home.shown;
    expect(JSON.stringify(high)).not.toContain('<');
    expect(critical?.text.split('\n')[0]).toBe(`🔴 Critical: MFA switched off for root ${called}`);
    expect(JSON.stringify(critical?.blocks)).toContain(called);
    expect(critical?.replies).toEqual([
      expect.stringMatching(`^Still firing: .*${called.replace('^', '\\^')}$`),
    ]);
    await home.tell({ severity: 'critical', sequence: 3, change: 'resolved', status: 'resolved' });
    expect(JSON.stringify(critical)).not.toContain('<!here>"');
    expect(critical?.replies[1]).toBe('Resolved.');
    expect(critical?.text).not.toContain('<');
  });

  test('a message leads to the events: the page reads the filter that the link writes', async () => {
    const home = aHome({ ...TOKEN, dashboardUrl: 'https://audit.example.com/live?x=1' });
    await home.tell({ group: { 'actor.id': 'a "b"|&<c>', 'context.ip': '203.0.113.9' } });
    const [, address = ''] =
      /<(https:[^|>]*)\|Show the events>/.exec(JSON.stringify(home.shown[0]?.blocks)) ?? [];
    const url = new URL(address.replaceAll('&amp;', '&'));
    expect(url.href).toMatch(/^https:\/\/audit\.example\.com\/live\?x=1&tenant=acme&/);
    expect(fromQuery(url.searchParams).choices).toEqual([
      { path: 'actor.id', value: 'a "b"|&<c>', not: false },
      { path: 'context.ip', value: '203.0.113.9', not: false },
    ]);
  });

  test('where the group is too long for an address, the link shows what fits', async () => {
    const home = aHome({ ...TOKEN, dashboardUrl: 'https://audit.example.com/' });
    const group = Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`key.${i}`, 'v'.repeat(200)]));
    await home.tell({ group });
    const [, address = ''] =
      /<(https:[^|>]*)\|Show the events>/.exec(JSON.stringify(home.shown[0]?.blocks)) ?? [];
    const url = new URL(address.replaceAll('&amp;', '&'));
    expect(url.href.length).toBeLessThanOrEqual(1_500);
    expect(fromQuery(url.searchParams).choices.map(({ path }) => path)).toEqual(
      Array.from({ length: 6 }, (_, i) => `key.${i}`),
    );
  });

  test('fields that are left out for it never reach it', async () => {
    const home = aHome({ ...TOKEN, omit: ['group.actor', 'samples', 'message', 'rule.owner'] });
    await home.tell({
      message: 'between us',
      group: { actor: 'ada', ip: '203.0.113.9' },
      rule: { id: 'r', name: 'R', kind: 'match', owner: 'the owners' },
    });
    expect(JSON.stringify(home.calls)).toContain('203.0.113.9');
    expect(JSON.stringify(home.calls)).not.toMatch(/ada|between us|the owners/);
  });
});

test('a whole message, as a person gets it', async () => {
  const home = aHome({ ...TOKEN, dashboardUrl: 'https://audit.example.com' });
  await home.tell({
    alertId: 'alert-7',
    severity: 'critical',
    message: 'Nobody signs in as root on a Sunday.',
    group: { 'actor.id': 'root' },
    count: 12,
    lastAt: '2026-11-01T12:29:00.000Z',
    rule: {
      id: 'mfa-disabled',
      name: 'MFA switched off',
      kind: 'match',
      owner: 'Platform',
      runbookUrl: 'https://wiki.example.com/mfa',
    },
    labels: { team: 'payments' },
    samples: [
      {
        id: 'e',
        occurredAt: '2026-11-01T12:00:00.000Z',
        action: 'mfa.disabled',
        outcome: 'success',
        actor: { type: 'user', id: 'u-1', name: 'Ada' },
        message: 'MFA of root switched off',
      },
    ],
  });
  const [shown] = home.shown;
  expect(shown?.text).toBe(
    [
      '🔴 Critical: MFA switched off for root',
      'Severity: critical',
      'Firing.',
      'Tenant: acme',
      'Events: 12',
      'First: 2026-11-01 12:00:00 UTC',
      'Last: 2026-11-01 12:29:00 UTC',
      'actor.id: root',
      '&gt; Nobody signs in as root on a Sunday.',
      '2026-11-01 12:00:00 UTC  Ada (user)  mfa.disabled  success  MFA of root switched off',
      'Runbook: <https://wiki.example.com/mfa>',
      'Show the events: <https://audit.example.com/?tenant=acme&amp;only=actor.id%3A%22root%22>',
      'Rule: MFA switched off',
      'Owner: Platform',
      'Alert: alert-7',
    ].join('\n'),
  );
  const mrkdwn = (text: string) => ({ type: 'mrkdwn', text, verbatim: true });
  const plain = (text: string) => ({ type: 'plain_text', text, emoji: false });
  expect(shown?.blocks).toEqual([
    { type: 'header', text: plain('🔴 Critical: MFA switched off for root') },
    {
      type: 'section',
      fields: [
        mrkdwn('*Severity*\nCritical'),
        mrkdwn('*Status*\nFiring'),
        mrkdwn('*Events*\n12'),
        mrkdwn('*Tenant*\n`acme`'),
        mrkdwn('*First*\n2026-11-01 12:00:00 UTC'),
        mrkdwn('*Last*\n2026-11-01 12:29:00 UTC'),
      ],
    },
    { type: 'section', fields: [mrkdwn('*actor.id*\n`root`')] },
    { type: 'section', text: plain('Nobody signs in as root on a Sunday.') },
    {
      type: 'section',
      text: mrkdwn(
        '*Latest events*\n```2026-11-01 12:00:00 UTC  Ada (user)  mfa.disabled  success  MFA of root switched off```',
      ),
    },
    {
      type: 'section',
      text: mrkdwn(
        '<https://wiki.example.com/mfa|Runbook>  ·  <https://audit.example.com/?tenant=acme&amp;only=actor.id%3A%22root%22|Show the events>',
      ),
    },
    { type: 'context', elements: [mrkdwn('`team: payments`')] },
    {
      type: 'context',
      elements: [
        mrkdwn(
          'Rule `MFA switched off` (`mfa-disabled`)  ·  Owner `Platform`  ·  Alert `alert-7`  ·  Notice 1',
        ),
      ],
    },
  ]);
});

test('trap 25: ok:false within an answer 200 is no success', async () => {
  const home = aHome(TOKEN, { trouble: () => say(200, '{"ok":false,"error":"invalid_auth"}') });
  expect(await home.tell()).toMatchObject([{ kind: 'misconfigured', reason: 'invalid_auth', status: 200 }]);
});

test('trap 26: a webhook says "ok" and nothing else, and that is taken for success, once', async () => {
  const home = aHome(WEBHOOK);
  expect(await home.tell()).toEqual([{ kind: 'delivered' }]);
  expect(await home.tell()).toEqual([{ kind: 'delivered' }]);
  expect(home.shown).toHaveLength(1);
});

describe('trap 30: Retry-After is in seconds', () => {
  const limited = (seconds?: string) => () => ({
    ...say(429, '{"ok":false,"error":"ratelimited"}'),
    headers: { 'retry-after': seconds },
  });

  test('may be longer than a Lambda lives, and becomes the message’s pause: nobody sleeps, and the whole channel waits', async () => {
    const home = aHome(TOKEN, { trouble: limited('3600') });
    expect(await home.tell()).toEqual([
      { kind: 'retry', reason: 'ratelimited', status: 429, afterMs: 3_600_000 },
    ]);
    home.clock.nowMs += 1_800_000;
    expect(await home.tell({ alertId: 'another' })).toMatchObject([{ kind: 'retry', afterMs: 1_800_000 }]);
    expect(home.calls).toHaveLength(1);
  });

  test('may be absent', async () => {
    const home = aHome(TOKEN, { trouble: limited(undefined) });
    expect(await home.tell()).toEqual([{ kind: 'retry', reason: 'ratelimited', status: 429 }]);
  });

  test('may come with an answer 200', async () => {
    const trouble = () => ({ ...limited('30')(), status: 200 });
    expect(await aHome(TOKEN, { trouble }).tell()).toMatchObject([{ kind: 'retry', afterMs: 30_000 }]);
  });
});

test('trap 32: a dead webhook costs one call in five minutes, whatever comes, and says so in log and outcome', async () => {
  const home = aHome(WEBHOOK, { trouble: () => say(404, 'no_service') });
  for (let i = 0; i < 20; i++) {
    expect(await home.tell({ alertId: `alert-${i}` })).toMatchObject([
      { kind: 'misconfigured', reason: 'no_service' },
    ]);
    home.clock.nowMs += 10_000;
  }
  // The second is with the address read anew: it is the secret, and may have been changed.
  expect(home.calls).toHaveLength(2);
  expect(home.logged.join()).toContain('the destination is set up wrongly');
});

test('a webhook that was made anew is found as soon as the old one is dead', async () => {
  const OTHER = HOOK.replace('B0', 'B1');
  let address = OTHER;
  const workspace = aSlack({ now: Date.now });
  const { deliver } = aDelivery(aDestination('slack', WEBHOOK), {
    send: (request, timeoutMs) =>
      request.url === OTHER ? Promise.resolve(say(404, 'no_service')) : workspace.send(request, timeoutMs),
    readSecret: async () => address,
  });
  const first = deliver([aNotice()]);
  address = HOOK;
  expect(await first).toEqual([{ kind: 'delivered' }]);
});

test('trap 33: a timestamp is a text, and keeps every digit', async () => {
  const home = aHome();
  await home.tell();
  home.clock.nowMs += 5_000;
  await home.tell({ sequence: 2, change: 'repeated' });
  expect(home.calls.slice(1).map(({ body }) => body.ts ?? body.thread_ts)).toEqual([
    '1700000000.000100',
    '1700000000.000100',
  ]);
  expect(
    slack.refOf?.(say(200, '{"ok":true,"channel":"C1","ts":1700000000.000100}'), SETTINGS, undefined),
  ).toBeUndefined();
});

test('trap 34: every update brings its blocks along, and an empty list where it is text alone', () => {
  const alert = anAlert({ change: 'merged', sequence: 2 });
  const ref = { channel: CHANNEL, ts: '1700000000.000100' };
  const [update] = bodiesOf(alert, SETTINGS, ref);
  expect(update?.blocks?.length).toBeGreaterThan(2);
  expect(bodiesOf(alert, SETTINGS, ref, true)).toMatchObject([
    { blocks: [], text: expect.stringContaining('MFA switched off') },
  ]);
});

test.each([
  ['an app', TOKEN],
  ['a webhook', WEBHOOK],
])('trap 35: %s that was told to wait is tried again, and no call sleeps', async (_name, options) => {
  let limits = 3;
  const trouble = () =>
    limits-- > 0 ? { ...say(429, 'rate_limited'), headers: { 'retry-after': '7' } } : undefined;
  const home = aHome(options, { trouble });
  const beganMs = home.clock.nowMs;
  for (let i = 0; i < 3; i++) {
    expect(await home.tell()).toMatchObject([{ kind: 'retry', status: 429, afterMs: 7_000 }]);
    home.clock.nowMs += 7_000;
  }
  expect(await home.tell()).toEqual([{ kind: 'delivered' }]);
  expect(home.clock.nowMs - beganMs).toBe(21_000);
});

test.each([
  ['no such service', () => say(404, 'no_service')],
  ['a server’s error', () => say(500, `<html>${HOOK}</html>`)],
  ['a body that is refused', () => say(400, 'invalid_blocks')],
  ['no answer', () => ({ kind: 'unanswered' as const, reason: 'ECONNRESET' })],
])('the address of a webhook is in no log, outcome or attempt: %s', async (_name, trouble) => {
  const home = aHome(WEBHOOK, { trouble });
  const outcomes = await home.tell();
  expect(home.attempts.length).toBeGreaterThan(0);
  expect(JSON.stringify([outcomes, home.logged, home.attempts, home.notes])).not.toMatch(
    /hooks\.slack|not-for-logs/,
  );
});

test.each([
  ['an address', WEBHOOK, 'not an address', 'webhook_url_malformed'],
  ['an address over TLS', WEBHOOK, 'http://hooks.slack.com/services/x', 'webhook_url_malformed'],
  ['a token', TOKEN, 'xoxb-1\nx', 'ERR_INVALID_CHAR'],
])('a secret that is not %s is a wrong setting, and is not shown', async (_name, options, secret, reason) => {
  const { deliver, logged } = aDelivery(aDestination('slack', options), { readSecret: async () => secret });
  const outcomes = await deliver([aNotice()]);
  expect(outcomes).toMatchObject([{ kind: 'misconfigured', reason }]);
  expect(JSON.stringify([outcomes, logged])).not.toContain(JSON.stringify(secret).slice(1, -1));
});
