/** Every hostile input of the corpus gets what the corpus says. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { AuditEventError } from '../../../src/domain/event/audit-event-error.ts';
import { parseAuditEvent } from '../../../src/domain/event/parse-audit-event.ts';

interface Case {
  readonly name: string;
  readonly input: Readonly<Record<string, unknown>>;
  readonly expected: 'accept' | 'reject' | 'sanitize';
  readonly auth?: unknown;
  readonly sequence?: true;
}

const CASES = readFileSync(new URL('./data/nasty.ndjson', import.meta.url), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line) => JSON.parse(line) as Case);
const parsers = CASES.filter(({ auth, sequence }) => auth === undefined && sequence === undefined);
const of = (expected: Case['expected']) => parsers.filter((one) => one.expected === expected);

test('only the cases that need a token or a store are left to the door', () => {
  expect(CASES).toHaveLength(71);
  expect(CASES.filter((one) => !parsers.includes(one)).map(({ name }) => name)).toEqual([
    'duplicate_id_same_content',
    'duplicate_id_different_content',
    'tenant_spoof',
    'tenant_wildcard',
    'tenant_case_variant',
    'tenant_array',
  ]);
});

test.each(of('reject'))('$name is refused with the path of the fault', ({ name, input }) => {
  const issues = issuesOf(input);
  expect(issues.length).toBeGreaterThan(0);
  const path = PATHS[name];
  expect(issues.map((issue) => issue.path)).toContain(path);
  expect(issues.every(({ message }) => message.length < 300)).toBe(true);
});

test.each(of('accept'))('$name is taken as it is', ({ name, input }) => {
  const expected = name === 'occurred_epoch_zero' ? { ...input, labels: { clock_skew: 'behind' } } : input;
  expect(parseAuditEvent(input)).toEqual(expected);
});

describe('what is cleaned', () => {
  const cleaned = (name: string) =>
    parseAuditEvent(of('sanitize').find((one) => one.name === name)?.input) as unknown as Record<
      string,
      never
    > &
      ReturnType<typeof parseAuditEvent>;
  const truncated = (name: string) => cleaned(name).privacy?.truncatedPaths;

  test('every case to clean has an expectation here', () => {
    expect(of('sanitize').map(({ name }) => name)).toEqual(
      expect.arrayContaining(['occurred_far_future', 'secret_in_free_text', 'ipv6_zone_and_mapped']),
    );
    expect(of('sanitize')).toHaveLength(19);
  });

  test.each(of('sanitize'))(
    '$name is changed, stays under 200 KB, and is clean the second time',
    ({ input }) => {
      const event = parseAuditEvent(input);
      expect(event).not.toEqual(input);
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(200 * 1024);
      expect(parseAuditEvent(event)).toEqual(event);
      expect(JSON.stringify(event).isWellFormed()).toBe(true);
    },
  );

  test('clocks', () => {
    expect(cleaned('occurred_far_future')).toMatchObject({
      occurredAt: '2999-12-31T23:59:59.999Z',
      labels: { clock_skew: 'ahead' },
    });
    expect(cleaned('occurred_nanoseconds').occurredAt).toBe('2026-11-01T12:00:00.123Z');
    expect(cleaned('occurred_leap_second').occurredAt).toBe('2016-12-31T23:59:59.999Z');
  });

  test('sizes', () => {
    expect(truncated('metadata_300kb')).toEqual(['metadata.blob']);
    expect(truncated('body_260kb')).toEqual(['http.response.body']);
    expect(truncated('emoji_bytes_not_chars')).toEqual(['metadata.blob']);
    expect(truncated('user_agent_1mb')).toEqual(['context.userAgent']);
    expect(truncated('message_1025')).toEqual(['message']);
    expect(cleaned('message_1025').message).toHaveLength(1024);
    expect(cleaned('message_cut_in_surrogate_pair').message).toHaveLength(1023);
  });

  test('texts', () => {
    expect(Object.keys(cleaned('proto_in_labels').labels ?? {})).toEqual(['constructor', 'hasOwnProperty']);
    expect(truncated('proto_in_labels')).toEqual(['labels.__proto__']);
    expect(cleaned('lone_high_surrogate').actor.name).toBe('bad\ufffdname');
    expect(cleaned('lone_low_surrogate_key').metadata).toEqual({ 'k\ufffd': 1 });
    expect(cleaned('nul_in_name').actor.name).toBe('AdaAdmin');
    expect(cleaned('ansi_escape').message).toBe('[2J[31mALERT[0m]0;pwned');
    expect(cleaned('header_injection').http?.request?.headers).toEqual({ 'x-a': '1 set-cookie: a=b' });
    expect(cleaned('secret_in_free_text')).toMatchObject({
      message: 'created key [redacted] [redacted]',
      privacy: { redactedPaths: ['message'] },
    });
  });

  test('what only the system says, and addresses', () => {
    expect(cleaned('producer_sets_integrity')).not.toHaveProperty('integrity');
    expect(cleaned('ip_not_an_address').context).toEqual({
      ip: '203.0.113.7',
      ips: ['203.0.113.7', '10.0.0.1'],
    });
    expect(cleaned('ipv6_zone_and_mapped').context).toEqual({
      ip: 'fe80::1',
      ips: ['10.0.0.1', '2001:db8::1'],
    });
  });
});

const PATHS: Readonly<Record<string, string>> = {
  missing_action: 'action',
  missing_tenantId: 'tenantId',
  missing_id: 'id',
  missing_occurredAt: 'occurredAt',
  missing_schemaVersion: 'schemaVersion',
  missing_targets: 'targets',
  toplevel_array: '',
  toplevel_string: '',
  toplevel_true: '',
  action_null: 'action',
  action_number: 'action',
  actor_string: 'actor',
  targets_null_element: 'targets[0]',
  outcome_uppercase: 'outcome',
  actor_type_unknown_enum: 'actor.type',
  action_single_segment: 'action',
  action_very_long: 'action',
  schema_version_number: 'schemaVersion',
  id_65_chars: 'id',
  id_path_traversal: 'id',
  occurred_year_10000: 'occurredAt',
  occurred_no_offset: 'occurredAt',
  occurred_epoch_number: 'occurredAt',
  targets_51: 'targets',
  nan_string_duration: 'performance.durationMs',
  negative_duration: 'performance.durationMs',
  status_code_string: 'http.statusCode',
  empty_strings_everywhere: 'targets[0].id',
  whitespace_ids: 'actor.id',
};

function issuesOf(value: unknown) {
  try {
    parseAuditEvent(value);
  } catch (error) {
    if (error instanceof AuditEventError) return error.issues;
    throw error;
  }
  return [];
}
