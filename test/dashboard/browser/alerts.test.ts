/** Alerts reach viewers as pushes and in pages of the trail, beside the events that the page shows. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../../../src/domain/bus-event.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aHome, post } from '../../local/a-home.ts';
import { buildPage, launchBrowser } from './a-browser.ts';
import { openPage } from './a-page.ts';

const browser = await launchBrowser();
const inBrowser = browser ? test : test.skip;
let built: Awaited<ReturnType<typeof buildPage>>;

beforeAll(async () => {
  built = await buildPage();
});
afterAll(async () => {
  await browser?.close();
  await built.remove();
});

inBrowser('alerts that come by push, and those of before, leave the list of events as it is', async () => {
  const home = await aHome({ pageDir: built.dir });
  const alert = async () => {
    const detail = anAlert({ occurredAt: new Date().toISOString(), labels: { demo: 'true' } });
    await home.publish([{ source: SYSTEM_SOURCE, detailType: AUDIT_ALERT, detail }]);
  };
  await alert();
  await post(`${home.url}/events`, anAuditEvent({ id: 'before', action: 'before.alerts' }));
  if (!browser) throw new Error('no browser');
  const { page, complaints, column } = await openPage(browser, home.url);
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();

  await alert();
  await post(`${home.url}/events`, anAuditEvent({ id: 'after', action: 'after.alerts' }));
  await until(async () => (await column('action')).includes('after.alerts'));

  expect(
    (await column('action')).filter((action) => action !== '' && !action.startsWith('stream.')),
  ).toContain('after.alerts');
  expect((await column('action')).every((action) => action !== '')).toBe(true);
  expect(complaints).toEqual([]);
  await page.context().close();
});
