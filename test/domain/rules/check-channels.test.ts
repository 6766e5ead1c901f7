import { expect, test } from '@jest/globals';
import { checkChannels } from '../../../src/domain/rules/check-channels.ts';
import { parseRules } from '../../../src/domain/rules/parse-rules.ts';
import { aRuleFile } from '../../builders/a-rule-file.ts';

const { book } = parseRules([
  { file: 'a.yaml', value: aRuleFile({ channels: ['slak', 'page'] }) },
  { file: 'policy.yaml', value: { routes: [{ name: 'urgent', match: {}, channels: ['pagerduty', 'sms'] }] } },
]);

test('a channel that is no destination of alerts is named, with what there is', () => {
  expect(checkChannels(book, ['slack', 'pagerduty'])).toEqual([
    'a.yaml: rule login-brute-force: channels names slak, which is no destination of alerts; did you mean slack?',
    'route urgent: channels names sms, which is no destination of alerts; there are pagerduty, slack',
  ]);
  expect(checkChannels(book, [])).toHaveLength(3);
  expect(checkChannels(book, [])[0]).toMatch(/; there is none yet$/);
});

test('what is there is right', () => {
  expect(checkChannels(book, ['slak', 'pagerduty', 'sms'])).toEqual([]);
});
