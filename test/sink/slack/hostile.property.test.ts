/** Whatever a producer writes: a message is one that Slack takes, and it mentions nobody and links nowhere by itself. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { parseAlert } from '../../../src/domain/alert/parse-alert.ts';
import { code, line, paragraph } from '../../../src/sink/slack/escape.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { type Body, bodiesOf, CHANNEL, faultOf, SETTINGS, slackContract } from '../a-slack.ts';

const NASTY = [
  ...['<!channel>', '<!here|here>', '<https://evil.example|click>', '<@U0123ABCD>', '<#C0123ABCD>', '@here'],
  ...['&amp;', '&lt;!channel&gt;', '&am', '&', '<', '>', '|', '`', '```', '*_~', '> quoted', '\r\n', '\t'],
  ...[
    '😀'.repeat(300),
    '👨‍👩‍👧‍👦'.repeat(200),
    `e${'\u0301'.repeat(3_000)}`,
    '\u202Etxt.exe',
    'שלום',
    'مرحبا',
  ],
  ...['x'.repeat(10_000), '&'.repeat(10_000), '"\\'.repeat(5_000), '\u200B', ' ', '\n'.repeat(500)],
];
const corpus = readFileSync(new URL('../../domain/event/data/nasty.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .flatMap((text) => [...text.matchAll(/"((?:[^"\\]|\\u[0-9a-fA-F]{4}|\\["\\/bfnrt])*)"/g)])
  .map(([quoted]) => JSON.parse(quoted) as string)
  .map((text) => text.slice(0, 10_000));

const piece = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.constantFrom(...new Set(corpus)),
  fc.string({ unit: 'binary', maxLength: 300 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
);
const anyText = fc.array(piece, { minLength: 1, maxLength: 3 }).map((pieces) => pieces.join(''));
const named = anyText.map((text) => `n${text}`.slice(0, 1_000));
const url = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc.constantFrom(
    'https://a.example/?q=<x>|y&z=1#<!channel>',
    `https://a.example/${'é'.repeat(1_000)}`,
    `https://a.example/?${'&'.repeat(2_000)}`,
  ),
);
const map = (max: number) =>
  fc.array(fc.tuple(anyText, anyText), { maxLength: max }).map((entries) => Object.fromEntries(entries));
const person = fc.record({ id: named, name: anyText });

const hostile: fc.Arbitrary<Alert> = fc
  .record({
    title: anyText,
    message: anyText,
    group: map(16),
    labels: map(64),
    severity: fc.constantFrom('info', 'low', 'medium', 'high', 'critical'),
    status: fc.constantFrom('firing', 'acknowledged', 'resolved'),
    change: fc.constantFrom('fired', 'merged', 'repeated', 'acknowledged', 'resolved'),
    count: fc.nat(),
    rule: fc.record({
      id: named,
      name: anyText,
      kind: fc.constant('match'),
      owner: anyText,
      runbookUrl: url,
    }),
    samples: fc.array(
      fc.record({
        id: fc.constant('e'),
        occurredAt: fc.constant('2026-11-01T12:00:00.000Z'),
        action: fc.constant('user.login'),
        outcome: fc.constant('failure'),
        actor: fc.record({ type: fc.constant('user'), id: named, name: anyText }),
        message: anyText,
      }),
      { maxLength: 10 },
    ),
    links: fc.array(fc.record({ url, text: anyText }), { maxLength: 10 }),
    images: fc.array(fc.record({ url, alt: anyText }), { maxLength: 4 }),
    acknowledgedBy: person,
    resolvedBy: fc.oneof(
      fc.constant({ kind: 'quiet' }),
      person.map((who) => ({ kind: 'person', ...who })),
    ),
  })
  .map((fields) => ({ ...anAlert(), ...fields }) as unknown)
  // Only what the door lets in reaches a destination.
  .filter(isAlert)
  .map(parseAlert);

function isAlert(value: unknown): boolean {
  try {
    parseAlert(value);
    return true;
  } catch {
    return false;
  }
}

const settings = {
  ...SETTINGS,
  mention: ['here', 'S0123ABCD', 'U0123ABCD'],
  mentionFrom: 'info',
  dashboardUrl: 'https://audit.example.com/',
} as const;
const REF = { channel: CHANNEL, ts: '1700000000.000100' };

/** Each body that is sent for a notice, whichever way. */
function bodiesFor(alert: Alert): readonly Body[] {
  const hooked = { ...settings, webhookUrl: 'https://hooks.slack.com/services/T/B/X' };
  return [undefined, REF].flatMap((ref) =>
    [false, true].flatMap((isPlain) =>
      [settings, hooked].flatMap((one) => bodiesOf(alert, one, ref, isPlain)),
    ),
  );
}

function textsIn(value: unknown): readonly string[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    typeof inner === 'string' ? (['text', 'alt_text'].includes(key) ? [inner] : []) : textsIn(inner),
  );
}

const OURS = /<!here>|<!subteam\^S0123ABCD>|<@U0123ABCD>|<(https?:\/\/[^<>|\s]*)(?:\|[^<>]*)?>/g;

function expectHarmless(body: Body, alert: Alert): void {
  const known = new Set([
    ...[alert.rule.runbookUrl, ...(alert.links ?? []).map((one) => one.url)],
    ...(alert.images ?? []).map((one) => one.url),
  ]);
  const addresses = new Set([...known].map((one) => one && new URL(one).href.replaceAll('|', '%7C')));
  for (const text of [body.text, ...textsIn(body.blocks)]) {
    for (const [, href] of text.matchAll(OURS)) {
      if (href === undefined) continue;
      const address = href.replaceAll('&amp;', '&');
      expect(addresses.has(address) || address.startsWith(settings.dashboardUrl)).toBe(true);
    }
    const rest = text.replaceAll(OURS, '');
    expect(rest).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
    expect(text.isWellFormed()).toBe(true);
  }
}

describe('Slack messages of hostile alerts', () => {
  test('are always taken, and mention and link nothing of their own', () => {
    fc.assert(
      fc.property(hostile, (alert) => {
        for (const body of bodiesFor(alert)) {
          expect(faultOf(body)).toBeUndefined();
          expectHarmless(body, alert);
        }
      }),
      { numRuns: 100 },
    );
  });

  test('trap 29: what is legal block by block is below the sum, and the least worth of it goes first', () => {
    const alert = parseAlert({
      ...anAlert(),
      title: '&'.repeat(256),
      message: '"\\'.repeat(2_000),
      group: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`key.${i}`, '"'.repeat(2_048)])),
      labels: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`label${i}`, '<'.repeat(2_048)])),
      samples: Array.from({ length: 10 }, (_, i) => ({
        id: `e${i}`,
        occurredAt: '2026-11-01T12:00:00.000Z',
        action: 'user.login',
        outcome: 'failure',
        actor: { type: 'user', id: '&'.repeat(1_024), name: 'n'.repeat(2_048) },
        message: '>'.repeat(1_024),
      })),
      links: Array.from({ length: 10 }, (_, i) => ({
        url: `https://a.example/${i}`,
        text: 'l'.repeat(2_048),
      })),
      images: Array.from({ length: 4 }, () => ({
        url: `https://a.example/${'i'.repeat(2_000)}`,
        alt: 'a'.repeat(2_048),
      })),
    });
    const [body] = bodiesFor(alert) as [Body];
    expect(faultOf(body)).toBeUndefined();
    const text = JSON.stringify(body.blocks);
    expect(text.length).toBeGreaterThan(9_000);
    expect(text).toContain('*key.15*');
    expect(text).toContain('Some of it is left out');
    expect(text).not.toContain('"image"');
  });

  test('the limits of its contract are the ones that Slack’s own types name', () => {
    const { limits } = slackContract('block-kit.limits') as {
      limits: readonly { interface: string; field: string; doc: string }[];
    };
    const most = (name: string, field: string) =>
      limits
        .filter((one) => one.interface === name && one.field === field)
        .flatMap(({ doc }) => [
          ...doc.matchAll(/maximum (?:length|number)[^.]*? is (\d+)|is (\d+) characters/gi),
        ])
        .map(([, first, second]) => Number(first ?? second));
    expect(most('HeaderBlock', 'text')).toEqual([150]);
    expect(most('SectionBlockAccessory', 'text')).toEqual([3_000]);
    expect(most('SectionBlockAccessory', 'fields')).toEqual([10, 2_000]);
    expect(most('ContextBlockElement', 'elements')).toEqual([10]);
    const alert = anAlert({
      title: 'x'.repeat(10_000),
      rule: { id: 'r', name: 'y'.repeat(10_000), kind: 'match' },
    });
    for (const body of bodiesFor(alert)) expect(faultOf(body)).toBeUndefined();
  });
});

describe('text for Slack', () => {
  test('trap 27: a name that would ping everybody, or pass for a link, is shown as it is written', () => {
    const name = '<!channel> <https://evil.example|click> & co';
    const shown = '&lt;!channel&gt; &lt;https://evil.example|click&gt; &amp; co';
    const alert = anAlert({
      title: name,
      message: name,
      group: { 'actor.id': name },
      samples: [
        {
          id: 'e',
          occurredAt: '2026-11-01T12:00:00.000Z',
          action: 'user.login',
          outcome: 'failure',
          actor: { type: 'user', id: 'u', name },
        },
      ],
    });
    for (const body of bodiesFor(alert)) expectHarmless(body, alert);
    const [{ text, blocks = [] }] = bodiesFor(alert) as [Body];
    const [header] = blocks as [{ text: { text: string } }];
    expect(header.text.text).toBe(`🟠 High: ${shown}`);
    expect(text).toContain(`High: ${shown}`);
    expect(JSON.stringify(blocks)).toContain(`\`${shown}\``);
  });

  test('trap 28: nothing is cut within an entity, a surrogate pair or a character of several', () => {
    expect(line('&&&&', 12)).toBe('&amp;&amp;…');
    expect(line('😀😀😀', 5)).toBe('😀😀…');
    expect(line('👨‍👩‍👧‍👦👨‍👩‍👧‍👦', 13)).toBe('👨‍👩‍👧‍👦…');
    expect(line(`e${'\u0301'.repeat(100)}`, 10)).toBe(`e${'\u0301'.repeat(8)}…`);
    fc.assert(
      fc.property(anyText, fc.integer({ min: 8, max: 400 }), (text, max) => {
        for (const shown of [line, paragraph, code].map((make) => make(text.toWellFormed(), max))) {
          expect(shown.length).toBeLessThanOrEqual(max);
          expect(shown.isWellFormed()).toBe(true);
          expect(shown).not.toMatch(/[<>]|&(?!(?:amp|lt|gt);)/);
        }
      }),
    );
  });

  test('what fits is not changed, and a line stays one', () => {
    expect(line('Grüße an 👨‍👩‍👧‍👦', 100)).toBe('Grüße an 👨‍👩‍👧‍👦');
    expect(line('ada\nStatus: resolved', 100)).toBe('ada\\u000AStatus: resolved');
    expect(paragraph('one\r\ntwo', 100)).toBe('one\ntwo');
    expect(code('a`b', 100)).toBe("`a'b`");
    expect(code('  ', 100)).toBe('–');
  });
});
