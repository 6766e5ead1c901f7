/** The e-mail sink against what SNS takes, and a mail as a person reads it. */
import { readFileSync, writeFileSync } from 'node:fs';
import { afterEach, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../src/domain/alert/alert.ts';
import { parseAlert } from '../../src/domain/alert/parse-alert.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import { bodyOf } from '../../src/sink/email/body.ts';
import { judge } from '../../src/sink/email/judge.ts';
import { subjectOf } from '../../src/sink/email/subject.ts';
import { email } from '../../src/sink/email.ts';
import { makeSend } from '../../src/sink/send.ts';
import type { Outcome } from '../../src/stream/ports.ts';
import { anAlert } from '../builders/an-alert.ts';
import { alerts } from '../domain/alert/any-alert.ts';
import { aDelivery, aDestination, aNotice, type DeliveryOptions } from './a-delivery.ts';
import { aVendor, type Reply, type Taken, type Vendor } from './a-vendor.ts';
import { anSns, snsError, TOPIC } from './an-sns.ts';

const MINUTE = 60_000;
const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

const settings = {
  ...{ topicArn: TOPIC, addresses: undefined, url: undefined, reminders: false, dashboardUrl: undefined },
} as const;

async function aTopic({
  first = () => undefined,
  options = {},
  subscriptions,
  ...more
}: DeliveryOptions & {
  readonly first?: (taken: Taken) => Reply | undefined;
  readonly options?: object;
  readonly subscriptions?: { confirmed: number; pending: number };
} = {}) {
  const sns = anSns(subscriptions);
  const vendor = await aVendor((taken) =>
    taken.body === '' ? 'silence' : (first(taken) ?? sns.answer(taken)),
  );
  vendors.push(vendor);
  const destination = aDestination('email', { topicArn: TOPIC, url: vendor.url, ...options });
  const alertMemory = openStore({ dataDir: ':memory:' }).alertMemory;
  const delivery = () => aDelivery(destination, { alertMemory, ...more });
  return { ...sns, vendor, delivery, ...delivery() };
}
const kinds = (outcomes: readonly Outcome[]) => outcomes.map(({ kind }) => kind);
const isPublish = ({ body }: Taken) => body.includes('Action=Publish');

const FIRED = anAlert({
  tenantId: 'acme',
  alertId: '01JCB3ZQ0V6Q0N9X7M2K4T8R5S',
  severity: 'critical',
  rule: {
    id: 'login-brute-force',
    name: 'Many failed logins for one account',
    kind: 'threshold',
    owner: 'identity on-call',
    runbookUrl: 'https://wiki.example.com/runbooks/brute-force',
  },
  title: '12 failed logins for jo@example.com within 2 minutes',
  message: 'More than 10 failed logins of one account within 5 minutes.',
  group: { 'actor.id': 'jo@example.com' },
  count: 12,
  firstAt: '2026-11-01T03:10:04.000Z',
  lastAt: '2026-11-01T03:12:09.500Z',
  occurredAt: '2026-11-01T03:12:10.000Z',
  samples: [
    {
      id: '01JCB3VJ5E2Y8W1H6D9P3F7A4C',
      occurredAt: '2026-11-01T03:10:04.000Z',
      action: 'user.login',
      outcome: 'failure',
      actor: { type: 'user', id: 'jo@example.com', name: 'Jo Doe' },
      message: 'wrong password from 203.0.113.7',
    },
    {
      id: '01JCB3ZP8B4K7Q2S5V9X1M6N3D',
      occurredAt: '2026-11-01T03:12:09.500Z',
      action: 'user.login',
      outcome: 'failure',
      actor: { type: 'user', id: 'jo@example.com', name: 'Jo Doe' },
    },
  ],
  links: [{ url: 'https://id.example.com/users/jo', text: 'Account of Jo Doe' }],
  labels: { team: 'identity' },
});
const OVER: Alert = {
  ...FIRED,
  ...{ sequence: 4, status: 'resolved', change: 'resolved', occurredAt: '2026-11-01T03:42:10.000Z' },
  acknowledgedBy: { id: 'sam', name: 'Sam Roe' },
  resolvedBy: { kind: 'quiet' },
};

test.each([
  ['fired', FIRED],
  ['resolved', OVER],
])('a mail reads as the golden file has it: %s', (name, alert) => {
  const file = new URL(`../data/mails/${name}.txt`, import.meta.url);
  const text = `Subject: ${subjectOf(alert)}\n\n${bodyOf(parseAlert(alert), 'https://audit.example.com')}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(file, text);
  expect(text).toBe(readFileSync(file, 'utf8'));
});

test('mail goes out when an alert fires and when it is over, and not in between', async () => {
  const { deliver, mails, faults } = await aTopic();
  const story = [
    aNotice({ sequence: 1 }),
    aNotice({ sequence: 2, change: 'merged' }),
    aNotice({ sequence: 3, change: 'repeated' }),
    aNotice({ sequence: 4, change: 'acknowledged', status: 'acknowledged' }),
    aNotice({ sequence: 5, change: 'resolved', status: 'resolved' }),
  ];
  for (const notice of story) expect(kinds(await deliver([notice]))).toEqual(['delivered']);
  expect(mails.map(({ subject }) => subject)).toEqual([
    'FIRING (high): MFA switched off for root',
    'RESOLVED (high): MFA switched off for root',
  ]);
  expect(faults).toEqual([]);
});

test('with reminders it goes out again while the alert lasts', async () => {
  const { deliver, mails } = await aTopic({ options: { reminders: true } });
  await deliver([aNotice()]);
  await deliver([aNotice({ sequence: 2, change: 'repeated' })]);
  expect(mails.map(({ subject }) => subject.slice(0, 12))).toEqual(['FIRING (high', 'STILL FIRING']);
});

test('whoever was not told of the firing is told by the next notice, whatever it is', async () => {
  const { deliver, mails } = await aTopic();
  await deliver([aNotice({ sequence: 2, change: 'merged', count: 2 }, Date.now() - MINUTE)]);
  await deliver([aNotice({ sequence: 1 })]);
  expect(mails).toHaveLength(1);
  expect(mails[0]?.message).toContain('2 events');
});

test('trap 44: a subject is 1 to 99 characters of ASCII on one line, whatever the title', () => {
  fc.assert(
    fc.property(alerts(), (alert) => {
      expect(subjectOf(parseAlert(alert))).toMatch(/^[A-Z][\x20-\x7e]{0,98}$/);
      expect(subjectOf(alert)).toMatch(/^[A-Z][\x20-\x7e]{0,98}$/);
    }),
  );
  const of = (title: string, name = 'Rule') =>
    subjectOf(anAlert({ title, rule: { id: 'rule-1', name, kind: 'match' } }));
  expect(of('a\r\nBcc: everybody@example.com')).toBe('FIRING (high): a Bcc: everybody@example.com');
  expect(of('Zugriff für Björn verweigert')).toBe('FIRING (high): Zugriff fur Bjorn verweigert');
  expect(of('中文')).toBe('FIRING (high): Rule');
  expect(of('中文', '文')).toBe('FIRING (high): rule-1');
  expect(of('x'.repeat(256))).toMatch(/^FIRING \(high\): x+\.\.\.$/);
  expect(of('x'.repeat(256))).toHaveLength(99);
});

test('every notice that the schema allows is a mail that SNS takes', () => {
  fc.assert(
    fc.property(alerts(), (alert) => {
      const { answer, faults } = anSns();
      const planned = email.requests(parseAlert(alert), settings, undefined, 0);
      if ('kind' in planned) throw new Error(planned.reason);
      for (const request of planned) answer(request);
      expect([planned.length, faults]).toEqual([1, []]);
    }),
    { numRuns: 300 },
  );
});

test('trap 46: the largest notice stays below 256 KiB of UTF-8, the most that a topic with e-mail takes', () => {
  const long = (length: number) => '中'.repeat(length);
  const many = (count: number) =>
    Object.fromEntries(Array.from({ length: count }, (_, i) => [`${i}${long(2_000)}`, long(2_048)]));
  const url = `https://example.com/${long(2_020)}`;
  const alert = parseAlert({
    ...anAlert(),
    ...{ title: long(256), message: long(4_096), group: many(16), labels: many(64) },
    rule: { id: long(1_024), name: long(2_048), kind: 'match', owner: long(2_048), runbookUrl: url },
    links: Array.from({ length: 10 }, () => ({ url, text: long(2_048) })),
    samples: Array.from({ length: 10 }, () => ({
      ...{ id: 'e', occurredAt: '2026-11-01T12:00:00.000Z', action: 'a.b', outcome: 'success' },
      actor: { type: 'user', id: long(1_024), name: long(2_048) },
      message: long(1_024),
    })),
  });
  const bytes = Buffer.byteLength(bodyOf(alert));
  expect(bytes).toBeGreaterThan(100_000);
  expect(bytes).toBeLessThan(256 * 1_024);
});

test('nothing that somebody wrote begins a line of its own', () => {
  const text = bodyOf(
    anAlert({
      message: 'x\nRunbook: https://evil.example.com',
      group: { 'actor.id': 'root\u2028Runbook: https://evil.example.com' },
      labels: { 'a\nAlert: other': 'b\rAlert: other' },
    }),
  );
  const begins = text.split(/[\n\r\u2028\u2029]/).map((one) => one.trim());
  expect(begins.filter((one) => one.startsWith('Runbook:'))).toEqual([
    'Runbook: none is named for this rule',
  ]);
  expect(begins.filter((one) => one.startsWith('Alert:'))).toEqual(['Alert: alert-1']);
});

test('trap 45: a storm of alerts never sends more than 6 mails within a second', async () => {
  let nowMs = Date.parse('2026-11-01T12:00:00Z');
  const sentAtMs: number[] = [];
  const sns = anSns();
  const { deliver } = await aTopic({
    now: () => nowMs,
    send: async ({ body, ...request }) => {
      if (body.includes('Action=Publish')) sentAtMs.push(nowMs);
      const reply = sns.answer({ ...request, body }) as Extract<Reply, object>;
      return { kind: 'answered', status: reply.status, headers: {}, body: reply.body ?? '' };
    },
  });
  const waiting = new Map(Array.from({ length: 100 }, (_, i) => [`alert-${i}`, nowMs]));
  while (waiting.size > 0 && sentAtMs.length < 1_000) {
    const due = [...waiting].filter(([, at]) => at <= nowMs).map(([id]) => id);
    const outcomes = await deliver(due.map((alertId) => aNotice({ alertId }, nowMs)));
    for (const [i, id] of due.entries()) {
      const outcome = outcomes[i];
      if (outcome?.kind === 'retry') waiting.set(id, nowMs + (outcome.afterMs ?? 0));
      else waiting.delete(id);
    }
    nowMs += 250;
  }
  expect(sentAtMs).toHaveLength(100);
  const within = (at: number) => sentAtMs.filter((other) => other >= at && other < at + 1_000).length;
  expect(Math.max(...sentAtMs.map(within))).toBeLessThanOrEqual(6);
});

test('trap 47: with nobody confirmed no mail is sent, and the destination says that it is set up wrongly', async () => {
  let nowMs = Date.now();
  const subscriptions = { confirmed: 0, pending: 2 };
  const { deliver, mails, vendor, logged } = await aTopic({ subscriptions, now: () => nowMs });
  expect(await deliver([aNotice()])).toMatchObject([{ kind: 'misconfigured', reason: 'nobody_confirmed' }]);
  expect(mails).toEqual([]);
  expect(logged.join()).toContain('nobody_confirmed');
  const calls = vendor.taken.length;
  expect(kinds(await deliver([aNotice({ alertId: 'b' })]))).toEqual(['misconfigured']);
  expect(vendor.taken).toHaveLength(calls);
  subscriptions.confirmed = 1;
  nowMs += 5 * MINUTE;
  expect(kinds(await deliver([aNotice()]))).toEqual(['delivered']);
  expect(mails).toHaveLength(1);
});

test('trap 47: who has not confirmed yet is noted, and the others get their mail', async () => {
  const { deliver, mails, notes, logged } = await aTopic({ subscriptions: { confirmed: 1, pending: 2 } });
  expect(kinds(await deliver([aNotice()]))).toEqual(['delivered']);
  expect(mails).toHaveLength(1);
  expect(notes).toEqual({ unconfirmed: 2 });
  expect(logged.join()).toContain('"name":"unconfirmed","count":2');
});

test('the topic is asked before the first mail of a process, and then every quarter of an hour at most', async () => {
  let nowMs = Date.now();
  const { deliver, delivery, looks } = await aTopic({ now: () => nowMs });
  const tell = (alertId: string) => deliver([aNotice({ alertId }, nowMs)]);
  await tell('a');
  nowMs += 14 * MINUTE;
  await tell('b');
  expect(looks).toHaveLength(1);
  nowMs += MINUTE;
  await tell('c');
  expect(looks).toHaveLength(2);
  nowMs += MINUTE;
  await delivery().deliver([aNotice({ alertId: 'd' }, nowMs)]);
  expect(looks).toHaveLength(3);
});

test('a topic that cannot be asked now is asked again, and no mail goes before that', async () => {
  let isBusy = true;
  const { deliver, mails } = await aTopic({
    first: (taken) => (isBusy && !isPublish(taken) ? snsError('Throttled', 429) : undefined),
  });
  expect(await deliver([aNotice()])).toMatchObject([{ kind: 'retry', reason: 'sns_throttled' }]);
  expect(mails).toEqual([]);
  isBusy = false;
  expect(kinds(await deliver([aNotice()]))).toEqual(['delivered']);
});

test.each([
  ['InternalError', 500, 'retry'],
  ['Throttled', 429, 'retry'],
  ['Throttling', 400, 'retry'],
  ['KMSThrottling', 400, 'retry'],
  ['ExpiredToken', 403, 'retry'],
  ['InvalidParameter', 400, 'rejected'],
  ['ParameterValueInvalid', 400, 'rejected'],
  ['AuthorizationError', 403, 'misconfigured'],
  ['NotFound', 404, 'misconfigured'],
  ['EndpointDisabled', 400, 'misconfigured'],
  ['KMSAccessDenied', 400, 'misconfigured'],
  ['KMSDisabled', 400, 'misconfigured'],
  ['InvalidClientTokenId', 403, 'misconfigured'],
])('SNS says %s (%i): %s', async (code, status, kind) => {
  const { deliver, mails } = await aTopic({
    first: (taken) => (isPublish(taken) ? snsError(code, status, 'a secret: hunter2') : undefined),
  });
  const [outcome] = await deliver([aNotice()]);
  expect(outcome?.kind).toBe(kind);
  expect(JSON.stringify(outcome)).not.toContain('hunter2');
  expect(mails).toEqual([]);
});

test('a parameter that is wrong because the topic is, is nobody’s mail’s fault', () => {
  const { body = '' } = snsError('InvalidParameter', 400, 'Invalid parameter: TopicArn') as { body: string };
  expect(judge({ kind: 'answered', status: 400, headers: {}, body })).toMatchObject({
    kind: 'misconfigured',
    reason: 'sns_invalid_parameter',
  });
});

test('200 with somebody’s page is no mail', async () => {
  const { deliver } = await aTopic({ first: () => ({ status: 200, body: '<html>' }) });
  expect(await deliver([aNotice()])).toMatchObject([{ kind: 'retry', reason: 'unexpected_answer' }]);
});

test('requests go to SNS in the topic’s region, signed for it; a stand-in gets them unsigned', () => {
  const of = (more: object) => {
    const planned = email.requests(anAlert(), { ...settings, ...more }, undefined, 0);
    if ('kind' in planned) throw new Error(planned.reason);
    return planned[0];
  };
  expect(of({})).toMatchObject({
    url: 'https://sns.eu-west-1.amazonaws.com/',
    sign: { service: 'sns', region: 'eu-west-1' },
  });
  const inChina = 'arn:aws-cn:sns:cn-north-1:123456789012:alerts';
  expect(of({ topicArn: inChina })?.url).toBe('https://sns.cn-north-1.amazonaws.com.cn/');
  expect(of({ url: 'https://vpce-1.sns.eu-west-1.vpce.amazonaws.com' })?.sign).toBeDefined();
  expect(of({ url: 'http://127.0.0.1:9000' })?.sign).toBeUndefined();
});

test('without keys of AWS the destination is set up wrongly, and says so', async () => {
  const send = makeSend({
    credentials: () => {
      throw new Error('none');
    },
  });
  const { deliver } = aDelivery(aDestination('email', { topicArn: TOPIC }), { send });
  expect(await deliver([aNotice()])).toMatchObject([{ kind: 'misconfigured', reason: 'no_aws_credentials' }]);
  send.close();
});

test('the right that it needs is to ask its topic and to publish there', () => {
  expect(email.rights?.(settings)).toEqual([
    { actions: ['sns:Publish', 'sns:GetTopicAttributes'], resources: [TOPIC] },
  ]);
});

test.each([
  [{}, 'topicArn is missing; name a topic, or in AWS the addresses of a new one'],
  [{ topicArn: TOPIC, addresses: ['a@example.com'] }, 'topicArn and addresses exclude each other'],
  [{ topicArn: `${TOPIC}.fifo` }, 'topicArn: must be the ARN of a standard SNS topic'],
  [{ topicArn: 'arn:aws:sqs:eu-west-1:123456789012:alerts' }, 'topicArn: must be the ARN'],
  [{ addresses: [] }, 'addresses: must be a list of e-mail addresses'],
  [{ addresses: ['Jo <jo@example.com>'] }, 'addresses: must be a list of e-mail addresses'],
  [{ topicArn: TOPIC, url: 'sns.example.com' }, 'url: must be an address'],
  [{ topicArn: TOPIC, dashboardUrl: 'the page' }, 'dashboardUrl: must be an address'],
])('wrong options are told: %j', (wrong, fault) => {
  expect(() => aDestination('email', wrong)).toThrow(fault);
});
