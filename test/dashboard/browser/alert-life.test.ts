/** The life of an alert in a real browser, over a real home with rules: nothing here is told to the page but by the server. */
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Home } from '../../../src/local/home.ts';
import { aRuleBook } from '../../builders/a-rule-book.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aHome } from '../../local/a-home.ts';
import { inBrowser, isLive, open, pageDir, send } from './in-browser.ts';

const MFA = {
  id: 'mfa-off',
  name: 'MFA is switched off',
  pattern: { action: ['mfa.disabled'] },
  groupBy: ['actor.id'],
  severity: 'critical',
  title: '{count} times MFA off for {actor.id}',
  resolve: { after: '4s', pattern: { action: ['mfa.enabled'] } },
  merge: '1s',
  tests: [],
};

const sendNow = (home: Home, fields: object) =>
  send(home.url, [anAuditEvent({ occurredAt: new Date().toISOString(), ...fields })]);

const lines = (page: Page) => page.getByRole('region', { name: 'Open alerts' }).getByRole('listitem');
const rows = (page: Page) => page.getByRole('grid', { name: 'Alerts, open ones first' }).getByRole('row');
const detail = (page: Page) => page.getByRole('complementary', { name: 'Alert detail' });

inBrowser('an alert fires, is added to, repeats, and is over after quiet', async () => {
  const home = await aHome({ pageDir: pageDir(), alertRules: aRuleBook({ ...MFA, repeat: '2s' }) });
  const one = await open(home.url);
  const { page, complaints } = one;
  await isLive(one);
  await sendNow(home, { action: 'mfa.disabled' });
  await lines(page).getByText('1 times MFA off for u-1').waitFor();
  await sendNow(home, { action: 'mfa.disabled' });
  await lines(page).getByText('2 times MFA off for u-1').waitFor();
  await lines(page).getByText('2 times MFA off for u-1').click();
  await detail(page)
    .getByText(/Said again: it lasts/)
    .first()
    .waitFor();
  await detail(page)
    .getByText(/nothing came for a while/)
    .first()
    .waitFor();
  await until(async () => (await lines(page).count()) === 0);
  expect(complaints).toEqual([]);
});

inBrowser('it is acknowledged, and ended by an event; its events are at hand', async () => {
  const book = aRuleBook({ ...MFA, resolve: { after: '1h', pattern: { action: ['mfa.enabled'] } } });
  const home = await aHome({ pageDir: pageDir(), alertRules: book });
  const one = await open(home.url);
  const { page, complaints } = one;
  await isLive(one);
  await sendNow(home, { action: 'mfa.disabled', id: 'the-cause' });
  await lines(page)
    .getByRole('button', { name: /^Acknowledge/ })
    .click();
  await lines(page)
    .getByText(/acknowledged/)
    .waitFor();
  const [record] = await home.store.alertStore.records.open('acme', 10);
  expect(record?.alert.status).toBe('acknowledged');
  await sendNow(home, { action: 'mfa.enabled', id: 'the-end' });
  await page.getByRole('link', { name: /^Alerts/ }).click();
  await rows(page).filter({ hasText: 'times MFA off' }).getByText('resolved').waitFor();
  await rows(page).filter({ hasText: 'times MFA off' }).click();
  await detail(page)
    .getByText(/an event said that it is over/)
    .first()
    .waitFor();
  await detail(page)
    .getByText(/mfa\.disabled/)
    .first()
    .click();
  await page.getByText('the-cause').first().waitFor();
  expect(complaints).toEqual([]);
});

inBrowser(
  'it is silenced from the page; the end of the silence, and a person, end what that held',
  async () => {
    const book = aRuleBook({ ...MFA, resolve: { after: '1h' } });
    const home = await aHome({ pageDir: pageDir(), alertRules: book });
    const one = await open(home.url);
    const { page, complaints } = one;
    await isLive(one);
    await sendNow(home, { action: 'mfa.disabled' });
    await lines(page)
      .getByRole('button', { name: /^Silence/ })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Silence alerts' });
    await dialog.getByRole('textbox', { name: 'Why' }).fill('New phones');
    await dialog
      .getByRole('checkbox', { name: /^group|^actor/ })
      .first()
      .uncheck();
    await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    // Another person's alert of the same rule fires, and nobody is told.
    await until(async () => (await home.store.alertStore.silences.list('acme', Date.now())).length === 1);
    await new Promise((resolve) => setTimeout(resolve, 2_100));
    await sendNow(home, { action: 'mfa.disabled', actor: { type: 'user', id: 'u-2' } });
    await page.getByRole('link', { name: /^Alerts/ }).click();
    await rows(page)
      .filter({ hasText: 'MFA off for u-2' })
      .getByText(/silenced/)
      .first()
      .waitFor();
    const silences = page.getByRole('region', { name: 'Silences' });
    await silences.getByRole('button', { name: 'End the silence: New phones' }).click();
    await silences.getByRole('heading', { name: 'No silence now' }).waitFor();
    await rows(page).filter({ hasText: 'MFA off for u-2' }).click();
    await detail(page).getByRole('button', { name: 'Resolve…' }).click();
    const resolving = page.getByRole('dialog', { name: 'Resolve the alert' });
    await resolving.getByRole('button', { name: 'Resolve', exact: true }).click();
    await resolving.waitFor({ state: 'detached' });
    await rows(page).filter({ hasText: 'MFA off for u-2' }).getByText('resolved').waitFor();
    expect(complaints).toEqual([]);
  },
);
