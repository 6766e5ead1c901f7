import { expect, test } from '@jest/globals';
import { readCredentials } from '../../../src/stream/pagerduty-webhook/credentials.ts';

test('the signing secret alone, or an object of all that there is', () => {
  expect(readCredentials(' s3cret/+\n')).toEqual({ secrets: ['s3cret/+'] });
  expect(readCredentials('{"secret":"a"}')).toEqual({ secrets: ['a'] });
  expect(readCredentials('{"secret":"a","previousSecret":"b","apiKey":"c"}')).toEqual({
    secrets: ['a', 'b'],
    apiKey: 'c',
  });
});

test.each(['', '{}', '{"secret":""}', '{"secret":7}', '{"apiKey":"hush-hush"}', '{"secret":"hush-hush'])(
  'without a secret it is refused, and nothing of it is said: %s',
  (text) => {
    expect(() => readCredentials(text)).toThrow(/the secret of PagerDuty’s webhook/);
    expect(() => readCredentials(text)).not.toThrow('hush-hush');
  },
);
