/** What a person reads of an alert: values of anybody's event, in a text that is safe wherever it goes. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderMessage, renderTitle, type TemplateFacts } from '../../src/detect/template.ts';
import { parseAlert } from '../../src/domain/alert/parse-alert.ts';
import { anAlert } from '../builders/an-alert.ts';

const facts: TemplateFacts = {
  tenantId: 'acme',
  group: { 'actor.id': 'jo', 'source.ip': '(none)', 'labels.site': 'fra' },
  count: 12,
  windowMs: 600_000,
  value: 'DE',
  event: {
    actor: { id: 'jo', mfa: false, name: '', roles: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
    targets: [{ id: 'invoice-1' }, { id: 'invoice-2' }],
    http: { statusCode: 403 },
  },
};

test.each([
  ['{count} failed logins of {actor.id} in {window}', '12 failed logins of jo in 10m'],
  ['{value} is new for {tenantId}', 'DE is new for acme'],
  ['{targets.1.id}, {targets.id}', 'invoice-2, invoice-1, invoice-2'],
  ['{actor.mfa} {http.statusCode}', 'false 403'],
  ['{actor.roles}', 'a, b, c, d, e +2'],
  ['{http}', '{statusCode}'],
  ['{targets}', '{…}, {…}'],
  ['{actor.name}{nobody}{}{source.ip}', '––––'],
  ['{labels.site} by its group', 'fra by its group'],
  ['{{actor.id}} {{{actor.id}}}', '{actor.id} {jo}'],
  ['a { actor.id } } {', 'a – } {'],
  ['two\r\nlines', 'two lines'],
  ['', ''],
])('%j reads %j', (template, title) => {
  expect(renderTitle(template, facts)).toBe(title);
});

test('where the absence of events is the alert, the group says what it was about', () => {
  const { event: _, windowMs: __, value: ___, ...bare } = facts;
  expect(renderTitle('{actor.id} {value} {window} {actor.name}', bare)).toBe('jo – – –');
});

describe('a value', () => {
  const withName = (name: unknown) => ({ ...facts, event: { actor: { name } } });
  const title = (name: unknown) => renderTitle('by {actor.name}!', withName(name));

  test('cannot begin a line, in a message either', () => {
    expect(title('a\r\nBcc: b')).toBe('by a\\u000D\\u000ABcc: b!');
    expect(renderMessage('by {actor.name}!\nBye', withName('a\nResolved\u2028'))).toBe(
      'by a\\u000AResolved\\u2028!\nBye',
    );
  });

  test('cannot turn the text around or hide in it', () => {
    expect(title('gpj.\u202Eexe')).toBe('by gpj.\\u202Eexe!');
    expect(title('\u0000\u0007')).toBe('by –!');
    expect(title('a\u200Bb')).toBe('by a\\u200Bb!');
  });

  test('cannot be a template itself', () => {
    expect(title('{count} {{ $& $1')).toBe('by {count} {{ $& $1!');
  });

  test('cannot fill the text, and is not cut through a character', () => {
    expect(title('🔥'.repeat(200))).toBe(`by ${'🔥'.repeat(39)}…!`);
    expect(renderMessage('{actor.name}', withName('x'.repeat(10_000)))).toHaveLength(400);
  });

  test.each([
    ['a key of AWS', `${'x'.repeat(70)} AKIAIOSFODNN7EXAMPLE`, 'AKIA'],
    ['a token', `Bearer ${'a1'.repeat(100)}`, 'a1a1'],
    ['a long token', `eyJhbGciOiJSUzI1NiJ9.${'abcd'.repeat(100)}.${'efgh'.repeat(50)}`, 'abcd'],
    ['a private key', `-----BEGIN PRIVATE KEY-----\n${'Q'.repeat(3_000)}\n-----END PRIVATE KEY-----`, 'QQ'],
  ])('does not show %s, wherever it is cut', (_, secret, part) => {
    expect(title(secret)).not.toContain(part);
    expect(renderMessage('by {actor.name}', withName(secret))).not.toContain(part);
  });

  test('does not show a secret that the template tells to be one', () => {
    expect(renderTitle('password={actor.name}', withName('hunter22'))).toBe('password=[redacted]');
  });
});

test('a text is as long as a notice may have it', () => {
  expect(renderTitle('x'.repeat(300), facts)).toBe(`${'x'.repeat(255)}…`);
  expect(renderTitle('x'.repeat(256), facts)).toHaveLength(256);
  expect(renderMessage(`${'x'.repeat(4_094)}🔥🔥`, facts)).toBe(`${'x'.repeat(4_094)}…`);
});

test('a number that only the cut makes a card number of is masked too', () => {
  const title = renderTitle(`${'x'.repeat(238)} 411111111111111199999`, facts);
  expect(title).toContain('[redacted]');
  expect(parseAlert(anAlert({ title })).title).toBe(title);
});

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 600 }),
  fc.string({ unit: 'grapheme', maxLength: 300 }),
  fc.constantFrom(
    '🔥'.repeat(300),
    '\ud800',
    '\u202Ea',
    'a\r\nb',
    '{count}',
    '4111 1111 1111 1111',
    '1'.repeat(40),
  ),
  fc.constantFrom(
    'AKIAIOSFODNN7EXAMPLE',
    `Bearer ${'x'.repeat(40)}`,
    `pwd=${'y'.repeat(200)}`,
    'a'.repeat(500),
  ),
);
const anyEvent = fc.record({
  actor: fc.record({
    id: hostile,
    name: fc.oneof(hostile, fc.array(hostile), fc.dictionary(hostile, hostile)),
  }),
  metadata: fc.object({ key: fc.constantFrom('a', 'b', '__proto__', 'a.b'), maxDepth: 3 }),
});
const anyTemplate = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '{actor.id}',
        '{actor.name}',
        '{metadata}',
        '{metadata.a.b}',
        '{value}',
        '{count}',
        '{',
        '}',
      ),
      fc.constantFrom('{{', '}}', 'password=', 'Bearer ', '\n', '5500 0000 0000 000'),
      hostile,
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

test('whatever template and event, a notice takes title and message as they are', () => {
  fc.assert(
    fc.property(anyTemplate, anyEvent, hostile, (template, event, value) => {
      const all = { ...facts, event, value };
      const [title, message] = [renderTitle(template, all), renderMessage(template, all)];
      const notice = parseAlert(anAlert({ title, message }));
      expect([notice.title, notice.message]).toEqual([title, message]);
      expect(title.length).toBeLessThanOrEqual(256);
      expect(message.length).toBeLessThanOrEqual(4_096);
      expect(title).not.toMatch(/[\r\n]/);
    }),
    { numRuns: 2_000 },
  );
});

const NASTY = readFileSync(new URL('../domain/event/data/nasty.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as { readonly name: string; readonly input: object });

test('nor does any hostile event of the corpus get into a notice what does not belong there', () => {
  const template =
    '{action} {actor} {actor.id} {actor.name} {message} {targets} {metadata} {http.request.body}';
  for (const { name, input } of NASTY) {
    const all = { ...facts, event: input };
    const [title, message] = [renderTitle(template, all), renderMessage(template, all)];
    const notice = parseAlert(anAlert({ title, message }));
    expect([name, notice.title, notice.message]).toEqual([name, title, message]);
    expect(title).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/u);
  }
});
