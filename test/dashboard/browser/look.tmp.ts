import { startHome } from '../../../src/local/home.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { aDestination } from '../../sink/a-delivery.ts';
import { aVendor } from '../../sink/a-vendor.ts';
import { launchBrowser } from './a-browser.ts';
import { openPage } from './a-page.ts';

const OUT = '/tmp/look/';
const vendor = await aVendor(({ body }) =>
  body.includes('poison') ? { status: 400, body: '{}' } : { status: 202 },
);
const dest = aDestination('picky', {
  sink: 'datadog',
  url: vendor.url,
  apiKey: { env: 'PATH' },
  batchWindowMs: 0,
});
const home = await startHome({
  port: 0,
  dataDir: ':memory:',
  pageDir: '/tmp/page-dist',
  log: () => {},
  standIns: {},
  destinations: [dest],
});
const browser = await launchBrowser();
const send = async (events: unknown) => {
  const a = await fetch(`${home.url}/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(events),
  });
  if (!a.ok) throw new Error(await a.text());
};
const ev = (action: string, more = {}) => {
  const at = new Date().toISOString();
  return anAuditEvent({ action, occurredAt: at, recordedAt: at, ...more });
};
const shots = process.argv[2] ?? '';
try {
  const { page, complaints } = await openPage(browser!, home.url, {
    path: '/?tenant=acme&view=dead-letters',
  });
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${OUT}dl-empty.png` });
  for (let i = 0; i < 30; i++) {
    await send([ev(i % 5 ? 'invoice.approved' : 'invoice.deleted', i % 3 ? {} : { message: 'poison' })]);
    if (i % 6 === 0) await page.waitForTimeout(120);
  }
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${OUT}del-full.png` });
  const card = page.locator('.destination', { hasText: 'webhook' }).last();
  await page.locator('.destination').nth(1).getByRole('combobox').selectOption('429');
  await page.locator('.destination').nth(2).getByRole('combobox').selectOption('wrong-key');
  await page.locator('.destination').nth(3).getByRole('combobox').selectOption('503');
  for (let i = 0; i < 8; i++) {
    await send([ev('role.granted')]);
    await page.waitForTimeout(300);
  }
  await page.waitForTimeout(3000);
  await page.screenshot({ path: `${OUT}del-fail.png` });
  await page.locator('.row-list .row', { hasText: 'datadog' }).first().click();
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${OUT}del-drawer.png` });
  await page
    .locator('.neighbours button')
    .first()
    .click()
    .catch(() => {});
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${OUT}del-event.png` });
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.waitForTimeout(500);
  await page.screenshot({ path: `${OUT}del-dark.png` });
  await page.getByRole('link', { name: 'Dead letters' }).click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${OUT}dl-dark.png` });
  await page.emulateMedia({ colorScheme: 'light' });
  await page.locator('[aria-label^="Dead letters, oldest"] .row').nth(1).click();
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${OUT}dl-drawer.png` });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Purge…' }).click();
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${OUT}dl-purge.png` });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Replay…' }).click();
  await page.getByRole('spinbutton').fill('4');
  await page.getByRole('button', { name: /^Replay \d/ }).click();
  await page.waitForTimeout(1200);
  await page.screenshot({ path: `${OUT}dl-running.png` });
  await page.waitForTimeout(4000);
  await page.screenshot({ path: `${OUT}dl-done.png` });
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Pattern' }).click();
  await page.getByLabel(/Event pattern/).fill('{"action": [{"prefixx": 1}]}');
  await page.waitForTimeout(900);
  await page.screenshot({ path: `${OUT}dl-problem.png` });
  await page.setViewportSize({ width: 420, height: 860 });
  await page.getByRole('button', { name: 'Clear' }).click();
  await page.waitForTimeout(800);
  await page.screenshot({ path: `${OUT}dl-narrow.png` });
  await page.getByRole('link', { name: 'Deliveries' }).click();
  await page.waitForTimeout(1500);
  await page.screenshot({ path: `${OUT}del-narrow.png` });
  const viewer = await openPage(browser!, home.url, { path: '/?view=deliveries' });
  await viewer.page.getByRole('combobox', { name: 'Tenant' }).fill('acme');
  await viewer.page.getByRole('radio', { name: /^viewer/ }).check();
  await viewer.page.getByRole('button', { name: 'Watch' }).click();
  await viewer.page.waitForTimeout(1000);
  await viewer.page.screenshot({ path: `${OUT}viewer.png` });
  console.log(complaints, viewer.complaints);
} finally {
  await browser!.close();
  await home.close();
  await vendor.close();
}
