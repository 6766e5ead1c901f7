/** Makes the pictures of the documentation again: `npm run screenshots`. Real home, real records, real browser. */
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { play } from '../../../demo/player.ts';
import { startHome } from '../../../src/local/home.ts';
import { aDestination } from '../../sink/a-delivery.ts';
import { aVendor } from '../../sink/a-vendor.ts';
import { buildPage, launchBrowser } from './a-browser.ts';
import { openPage } from './a-page.ts';
import { manyAlerts } from './many-alerts.ts';
import { toldAlerts } from './told-alerts.ts';

const DIR = fileURLToPath(new URL('../../../docs/screenshots/', import.meta.url));
const EVENTS_PER_SECOND = 12;
/** As long as the plots need to say something. */
const PLAY_MS = 45_000;
/** The plots take up new colours and figures within so long. */
const REDRAW_MS = 5_000;

/** The stand-ins refuse no valid event; this vendor does, so that there are dead letters to show. */
const vendor = await aVendor(({ body }) => ({ status: /azure\.|okta\./.test(body) ? 400 : 202 }));
const datadogEu = { sink: 'datadog', url: vendor.url, apiKey: { env: 'PATH' } };

const built = await buildPage();
const home = await startHome({
  port: 0,
  dataDir: ':memory:',
  pageDir: built.dir,
  log: () => {},
  standIns: {},
  destinations: [aDestination('datadog-eu', datadogEu)],
});
const browser = await launchBrowser();
if (!browser) throw new Error('no browser: this needs 64-bit Linux, or an installed Chrome');
const stop = new AbortController();
try {
  await mkdir(DIR, { recursive: true });
  const { page, row } = await openPage(browser, home.url);
  const playing = play({ eventsPerSecond: EVENTS_PER_SECOND, signal: stop.signal, send });
  await page.waitForTimeout(PLAY_MS);
  await page.screenshot({ path: `${DIR}live-light.png` });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.waitForTimeout(REDRAW_MS);
  await page.screenshot({ path: `${DIR}live-dark.png` });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto(`${home.url}/?tenant=globex`);
  await row('azure.entra.add_member_to_role').locator('.time').click({ timeout: 60_000 });
  await page.getByRole('complementary', { name: 'Event detail' }).waitFor();
  await page.waitForTimeout(REDRAW_MS);
  await page.screenshot({ path: `${DIR}detail.png` });

  await takeAlerts(page);

  await page.goto(`${home.url}/?tenant=acme&view=deliveries`);
  const standIn = (name: string) =>
    page
      .getByRole('listitem')
      .filter({ has: page.getByRole('button', { name, exact: true }) })
      .getByRole('combobox');
  await standIn('opensearch').selectOption('wrong-key');
  await standIn('webhook').selectOption('503');
  await page.waitForTimeout(REDRAW_MS);
  await page
    .locator('.row-list .row', { hasText: /datadog(?!-)/ })
    .first()
    .click();
  await page.getByRole('region', { name: 'As the stand-in saw it' }).waitFor();
  // Back up to the destinations themselves.
  await page.mouse.move(400, 400);
  await page.mouse.wheel(0, -10_000);
  await page.waitForTimeout(REDRAW_MS);
  await page.screenshot({ path: `${DIR}deliveries.png` });
  stop.abort();
  await playing;
  await page.getByRole('link', { name: 'Dead letters' }).click();
  await page.getByRole('grid', { name: 'Dead letters, oldest first' }).getByRole('row').nth(2).click();
  await page.getByRole('region', { name: 'The event as JSON' }).waitFor();
  await page.waitForTimeout(REDRAW_MS);
  await page.screenshot({ path: `${DIR}dead-letters.png` });
} finally {
  stop.abort();
  await browser.close();
  await home.close();
  await vendor.close();
  await built.remove();
}

/** Alerts in every state: a day of rules, told in a moment. */
async function takeAlerts(page: Page): Promise<void> {
  const many = manyAlerts(Date.now());
  // One that fires, one that is acknowledged, one that is silenced, and the past.
  const told = toldAlerts({ ...many, records: many.records.filter((_, i) => i !== 3) });
  await told.install(page);
  const strip = page.getByRole('region', { name: 'Open alerts' });
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.goto(`${home.url}/?tenant=acme`);
    await strip.waitFor();
    await page.waitForTimeout(REDRAW_MS);
    await page.screenshot({ path: `${DIR}alert-strip-${colorScheme}.png` });
    await strip
      .getByRole('button', { name: /^Silence/ })
      .first()
      .click();
    await page.getByRole('textbox', { name: 'Why' }).fill('Load test until noon');
    await page.screenshot({ path: `${DIR}silence-${colorScheme}.png` });
    await page.keyboard.press('Escape');
    await strip.getByRole('link', { name: /^12 failed/ }).click();
    await page.getByRole('region', { name: 'How it went on' }).waitFor();
    await page.waitForTimeout(REDRAW_MS);
    await page.screenshot({ path: `${DIR}alerts-${colorScheme}.png` });
  }
}

async function send(event: unknown): Promise<void> {
  const answer = await fetch(`${home.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
