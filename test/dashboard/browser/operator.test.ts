/** Deliveries and dead letters in a real browser: a real home, real HTTP to vendors that fail as they are told. */
import { afterEach, expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aClosedHome } from '../../local/a-closed-home.ts';
import { aHome } from '../../local/a-home.ts';
import { aDestination } from '../../sink/a-delivery.ts';
import { aVendor, type Reply, type Taken, type Vendor } from '../../sink/a-vendor.ts';
import type { OpenPage } from './a-page.ts';
import { faultsOf, inBrowser, isLive, open, pageDir, send } from './in-browser.ts';

const vendors: Vendor[] = [];
afterEach(async () => {
  for (const vendor of vendors.splice(0)) await vendor.close();
});

/** A home with one destination; the system's own events are kept out of its counts. */
async function aHomeTo(reply: (taken: Taken) => Reply) {
  const vendor = await aVendor(reply);
  vendors.push(vendor);
  const destination = aDestination('datadog', {
    url: vendor.url,
    apiKey: { env: 'PATH' },
    batchWindowMs: 0,
    filter: { source: { service: ['billing'] } },
  });
  const home = await aHome({ pageDir: pageDir(), destinations: [destination] });
  return { home, vendor };
}

const DELIVERIES = '/?tenant=acme&view=deliveries';
const DEAD_LETTERS = '/?tenant=acme&view=dead-letters';
const ACCEPTED: Reply = { status: 202 };
const REFUSED: Reply = { status: 400, body: '{"errors": []}' };

const attempts = ({ page }: Pick<OpenPage, 'page'>) =>
  page.getByRole('grid', { name: 'Requests to destinations, newest first' }).getByRole('row');
const letters = ({ page }: Pick<OpenPage, 'page'>) =>
  page.getByRole('grid', { name: 'Dead letters, oldest first' }).getByRole('row');
const groups = ({ page }: Pick<OpenPage, 'page'>) =>
  page.getByRole('grid', { name: 'Groups of dead letters, the largest first' }).getByRole('row');
const card = ({ page }: Pick<OpenPage, 'page'>, name: string) =>
  page
    .getByRole('list', { name: 'Destinations' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('button', { name, exact: true }) });

/** The rows of a result, `title: count`. */
async function resultIn(page: Page): Promise<Readonly<Record<string, string>>> {
  const rows = await page.getByRole('dialog').locator('tr').allInnerTexts();
  return Object.fromEntries(
    rows.map((row) => row.split('\t').map((cell) => cell.trim()) as [string, string]),
  );
}

inBrowser(
  'a vendor that refuses fills the dead letters; a dry run counts them, a replay delivers them, and it is on record',
  async () => {
    let isMended = false;
    const { home, vendor } = await aHomeTo(() => (isMended ? ACCEPTED : REFUSED));
    const one = await open(home.url, { path: DELIVERIES });
    const { page } = one;
    await card(one, 'datadog').getByText('Well').waitFor();
    await page.getByRole('heading', { name: 'No requests yet' }).waitFor();
    const events = ['a', 'b', 'c'].map((id) => anAuditEvent({ id, action: `thing.${id}` }));
    for (const event of events) await send(home.url, [event]);

    await attempts(one).filter({ hasText: 'given up' }).nth(2).waitFor();
    await attempts(one).filter({ hasText: '400' }).first().click();
    const detail = page.getByRole('complementary', { name: 'Request detail' });
    await detail.getByText('it refuses the request (400)').waitFor();
    await detail.getByRole('button', { name: /^[abc]/ }).click();
    await page
      .getByRole('complementary', { name: 'Event detail' })
      .getByRole('heading', { name: /^thing\./ })
      .waitFor();
    await page.keyboard.press('Escape');
    await detail.waitFor();
    await page.keyboard.press('Escape');

    await card(one, 'datadog').getByRole('link', { name: '3' }).click();
    await until(async () => (await letters(one).count()) === 4);
    await page.waitForURL(/queue=datadog/);
    await letters(one).filter({ hasText: 'thing.b' }).click();
    const letter = page.getByRole('complementary', { name: 'Dead letter' });
    await letter.getByText('"thing.b"').waitFor();
    expect(await letter.locator('.facts').textContent()).toMatch(/Vendor’s status400Tries1/);
    await page.keyboard.press('Escape');

    isMended = true;
    const before = vendor.taken.length;
    await page.getByRole('button', { name: 'Replay…' }).click();
    const dialog = page.getByRole('dialog', { name: 'Replay dead letters' });
    await dialog.getByText('3 letters', { exact: true }).waitFor();
    expect(vendor.taken).toHaveLength(before);
    await dialog.getByRole('button', { name: 'Replay 3 letters' }).click();
    await dialog.getByText('Done: 3 letters replayed.').waitFor();
    expect(await resultIn(page)).toEqual({ Replayed: '3', 'In all': '3' });
    await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByRole('heading', { name: 'No such dead letter' }).waitFor();

    await page.getByRole('link', { name: 'Deliveries' }).click();
    await until(async () => (await card(one, 'datadog').textContent())?.includes('Delivered3') === true);
    expect(await card(one, 'datadog').textContent()).toContain('Dead0');
    const system = await open(home.url, { path: '/?tenant=audit-stream' });
    await system.row('dead_letters.replayed').waitFor();
    expect(one.complaints).toEqual([]);
  },
);

inBrowser('a purge wants the number of letters typed, and deletes what was selected, no more', async () => {
  const { home } = await aHomeTo(() => REFUSED);
  await send(
    home.url,
    ['role.granted', 'role.granted', 'page.read'].map((action) => anAuditEvent({ action })),
  );
  const one = await open(home.url, { path: DEAD_LETTERS });
  const { page } = one;
  await until(async () => (await letters(one).count()) === 4);
  await groups(one).filter({ hasText: 'role.granted' }).click();
  await until(async () => (await letters(one).count()) === 3);
  await page.getByRole('button', { name: 'Purge…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Purge dead letters' });
  const purge = dialog.getByRole('button', { name: 'Purge 2 letters' });
  await purge.waitFor();
  expect(await purge.isDisabled()).toBe(true);
  await dialog.getByRole('textbox', { name: 'Number of letters' }).fill('3');
  expect(await purge.isDisabled()).toBe(true);
  await dialog.getByRole('textbox', { name: 'Number of letters' }).fill('2');
  await purge.click();
  await dialog.getByText('Done: 2 letters purged.').waitFor();
  expect(await resultIn(page)).toEqual({ Purged: '2', 'In all': '2' });
  await page.keyboard.press('Escape');

  await page.getByRole('heading', { name: 'No such dead letter' }).waitFor();
  await page.getByRole('search').getByRole('button', { name: 'Clear' }).click();
  await until(async () => (await letters(one).count()) === 2);
  expect(await letters(one).last().textContent()).toContain('page.read');
  const { hops } = await home.store.accounts();
  expect(hops.find(({ name }) => name === 'bus → datadog')).toMatchObject({ dead: 1, unaccounted: 0 });
  expect(one.complaints).toEqual([]);
});

inBrowser('a replay can be stopped: what was done stays done, and the counts add up', async () => {
  let isMended = false;
  const { home } = await aHomeTo(() => (isMended ? ACCEPTED : REFUSED));
  for (let i = 0; i < 12; i++) await send(home.url, [anAuditEvent({ action: 'slow.one' })]);
  const one = await open(home.url, { path: DEAD_LETTERS });
  const { page } = one;
  await until(async () => (await letters(one).count()) === 13);
  isMended = true;
  await page.getByRole('button', { name: 'Replay…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Replay dead letters' });
  await dialog.getByRole('spinbutton').fill('1');
  await dialog.getByRole('button', { name: 'Replay 12 letters' }).click();
  await dialog.getByText(/^[1-9]\d* of 12 replayed/).waitFor();
  await dialog.getByRole('button', { name: 'Stop' }).click();
  await dialog.getByText(/^Stopped: \d+ letters? replayed/).waitFor();

  const { Replayed, 'Not reached': left, 'In all': all } = await resultIn(page);
  expect(all).toBe('12');
  expect(Number(Replayed)).toBeGreaterThan(0);
  expect(Number(Replayed) + Number(left)).toBe(12);
  await page.keyboard.press('Escape');
  await until(async () => (await letters(one).count()) === Number(left) + 1);
  expect(one.complaints).toEqual([]);
});

inBrowser(
  'dead letters are filtered by pattern, whose fault shows at its path, and the address keeps it',
  async () => {
    const { home } = await aHomeTo(() => REFUSED);
    await send(home.url, [
      anAuditEvent({ action: 'role.granted', severity: 'high' }),
      anAuditEvent({ action: 'page.read', severity: 'info' }),
    ]);
    const one = await open(home.url, { path: DEAD_LETTERS });
    const { page } = one;
    await until(async () => (await letters(one).count()) === 3);
    await page.getByRole('button', { name: 'Pattern' }).click();
    await page.getByLabel(/Event pattern/).fill('{"severity": [{"prefixx": "h"}]}');
    await page
      .locator('#pattern-problem')
      .getByText(/severity\[0\]\.prefixx/)
      .waitFor();
    await page.getByLabel(/Event pattern/).fill('{"severity": ["high"]}');
    await until(async () => (await letters(one).count()) === 2);
    await page.getByRole('combobox', { name: 'Died' }).selectOption({ label: 'more than an hour ago' });
    await page.getByRole('heading', { name: 'No such dead letter' }).waitFor();
    await page.getByRole('combobox', { name: 'Died' }).selectOption({ label: 'in the last hour' });
    await page.waitForURL(/age=in-1h/);

    const link = new URL(page.url());
    const other = await open(home.url, { path: link.pathname + link.search });
    await until(async () => (await letters(other).count()) === 2);
    expect(await letters(other).last().textContent()).toContain('role.granted');
    await page.getByRole('button', { name: 'Clear' }).click();
    await until(async () => (await letters(one).count()) === 3);
    expect(await page.getByLabel(/Event pattern/).inputValue()).toBe('');
    expect([...one.complaints, ...other.complaints]).toEqual([]);
  },
);

inBrowser(
  'a stand-in fails as it is told, its destination says so, and healed it gets what waited',
  async () => {
    const home = await aHome({ pageDir: pageDir(), standIns: {} });
    const one = await open(home.url, { path: DELIVERIES });
    const { page } = one;
    const datadog = card(one, 'datadog');
    await datadog.getByRole('combobox', { name: 'Stand-in fails with' }).selectOption('503');
    await datadog.getByRole('button', { name: 'Heal datadog' }).waitFor();
    await send(home.url, [anAuditEvent({ id: 'waits', action: 'door.opened' })]);
    await page.getByRole('combobox', { name: 'Destination' }).selectOption('datadog');
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption({ label: 'tried again' });
    await attempts(one).filter({ hasText: '503' }).first().waitFor();
    await datadog.getByText(/Paused until|Failing/).waitFor();

    await datadog.getByRole('button', { name: 'Heal datadog' }).click();
    await page.getByRole('combobox', { name: 'Outcome' }).selectOption({ label: 'delivered' });
    await attempts(one).filter({ hasText: '202' }).first().click();
    const seen = page.getByRole('region', { name: 'As the stand-in saw it' });
    await seen.getByText('It keeps to the vendor’s contract.').waitFor();
    await datadog.getByText('Well').waitFor();
    expect(one.complaints).toEqual([]);
  },
);

inBrowser('an operator of another tenant sees that a request went, and not what was in it', async () => {
  const { home } = await aHomeTo(() => ACCEPTED);
  await send(home.url, [anAuditEvent({ id: 'secret-of-globex', tenantId: 'globex' })]);
  const one = await open(home.url, { path: DELIVERIES });
  await attempts(one).filter({ hasText: '202' }).click();
  const detail = one.page.getByRole('complementary', { name: 'Request detail' });
  await detail.getByText(/none of them is of your tenant/).waitFor();
  expect(await one.page.locator('body').textContent()).not.toContain('secret-of-globex');
});

inBrowser('keys go through the views and the rows, and back leads back', async () => {
  const { home } = await aHomeTo(() => ACCEPTED);
  await send(home.url, [anAuditEvent({ action: 'a.one' })]);
  const one = await open(home.url);
  const { page } = one;
  await isLive(one);
  await page.getByRole('link', { name: 'Deliveries' }).waitFor();
  await page.keyboard.press('3');
  await attempts(one).filter({ hasText: '202' }).waitFor();
  await page.getByRole('grid', { name: 'Requests to destinations, newest first' }).focus();
  await page.keyboard.press('ArrowDown');
  await page.getByRole('complementary', { name: 'Request detail' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('complementary').waitFor({ state: 'detached' });
  await page.keyboard.press('4');
  await page.getByRole('heading', { name: 'No dead letters' }).waitFor();
  await page.goBack();
  await attempts(one).first().waitFor();
  await page.keyboard.press('1');
  await one.row('a.one').waitFor();
  expect(one.complaints).toEqual([]);
});

inBrowser(
  "a viewer's token shows neither view; their addresses name the role, and nothing is asked for",
  async () => {
    const { home, token } = await aClosedHome({ pageDir: pageDir() });
    for (const view of ['deliveries', 'dead-letters']) {
      const { page } = await open(home.url, { path: `/?view=${view}` });
      const asked: string[] = [];
      page.on('websocket', (socket) => socket.on('framesent', ({ payload }) => asked.push(String(payload))));
      await page.getByLabel('Token (JWT)').fill(await token());
      await page.getByRole('button', { name: 'Watch' }).click();
      await page.getByRole('heading', { name: /are for operators/ }).waitFor();
      expect(await page.locator('.empty').textContent()).toMatch(
        /needs the role operator; your token gives viewer/,
      );
      expect(await page.getByRole('link', { name: 'Deliveries' }).count()).toBe(0);
      const ofOperators = asked.filter((text) => /"what":"(deliveries|dead-letters|stand-ins)"/.test(text));
      expect(ofOperators).toEqual([]);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByRole('button', { name: 'To the live view' }).click();
      await page.getByRole('grid').waitFor();
      expect(await page.getByRole('link', { name: 'Dead letters' }).count()).toBe(0);
    }
  },
);

inBrowser('a home without destinations says so', async () => {
  const home = await aHome({ pageDir: pageDir() });
  const one = await open(home.url, { path: DELIVERIES });
  await one.page.getByRole('heading', { name: 'No destinations' }).waitFor();
  expect(one.complaints).toEqual([]);
});

for (const scheme of ['light', 'dark'] as const) {
  inBrowser(
    `a checker of accessibility finds nothing in deliveries and dead letters (${scheme})`,
    async () => {
      const vendor = await aVendor(({ body }) => (body.includes('poison') ? REFUSED : ACCEPTED));
      vendors.push(vendor);
      const picky = aDestination('picky', {
        sink: 'datadog',
        url: vendor.url,
        apiKey: { env: 'PATH' },
        batchWindowMs: 0,
      });
      const home = await aHome({ pageDir: pageDir(), standIns: {}, destinations: [picky] });
      await send(home.url, [anAuditEvent({ message: 'poison' }), anAuditEvent()]);
      const one = await open(home.url, { path: DELIVERIES, scheme });
      const { page } = one;
      await card(one, 'datadog').getByRole('combobox').selectOption('wrong-key');
      await card(one, 'opensearch').getByRole('combobox').selectOption('503');
      await send(home.url, [anAuditEvent()]);
      await card(one, 'datadog')
        .getByText(/Set up wrongly/)
        .waitFor();
      await card(one, 'opensearch')
        .getByText(/Paused|Failing/)
        .waitFor();
      await attempts(one).filter({ hasText: 'picky' }).first().click();
      await page.getByRole('complementary', { name: 'Request detail' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);

      await page.getByRole('link', { name: 'Dead letters' }).click();
      await letters(one).filter({ hasText: 'picky' }).click();
      await page.getByRole('region', { name: 'The event as JSON' }).waitFor();
      expect(await faultsOf(page)).toEqual([]);
      for (const work of ['Replay', 'Purge']) {
        await page.getByRole('button', { name: `${work}…`, exact: true }).click();
        await page
          .getByRole('dialog')
          .getByRole('button', { name: `${work} 1 letter` })
          .waitFor();
        expect(await faultsOf(page)).toEqual([]);
        await page.keyboard.press('Escape');
      }
      await page.getByRole('button', { name: 'Replay…', exact: true }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Replay 1 letter' }).click();
      await page.getByText('Done: 1 letter replayed.').waitFor();
      expect(await faultsOf(page)).toEqual([]);
    },
  );
}
