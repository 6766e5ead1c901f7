/** Alerts in a real browser: notices that a real home takes, records and pushes. What only hours of rules would lead to is
 * told to the page in place of the server. */
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { AUDIT_ALERT, SYSTEM_SOURCE } from '../../../src/domain/bus-event.ts';
import type { Home } from '../../../src/local/home.ts';
import { anAlert } from '../../builders/an-alert.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { until } from '../../builders/until.ts';
import { aClosedHome } from '../../local/a-closed-home.ts';
import { aHome, post } from '../../local/a-home.ts';
import type { OpenPage } from './a-page.ts';
import { faultsOf, inBrowser, isLive, open, pageDir, send } from './in-browser.ts';
import { manyAlerts } from './many-alerts.ts';
import { toldAlerts } from './told-alerts.ts';

/** Takes a notice as the detector would hand it over. */
async function notice(home: Home, fields: Partial<Alert> = {}): Promise<void> {
  const now = new Date().toISOString();
  const detail = anAlert({ occurredAt: now, firstAt: now, lastAt: now, ...fields });
  await home.publish([{ source: SYSTEM_SOURCE, detailType: AUDIT_ALERT, detail }]);
}

const strip = (page: Page) => page.getByRole('region', { name: 'Open alerts' });
const lines = (page: Page) => strip(page).getByRole('listitem');
const rows = (page: Page) => page.getByRole('grid', { name: 'Alerts, open ones first' }).getByRole('row');
const detail = (page: Page) => page.getByRole('complementary', { name: 'Alert detail' });
const heading = (page: Page) => detail(page).getByRole('heading', { level: 2 });

async function aPageToldOf(told: ReturnType<typeof toldAlerts>, path?: string): Promise<OpenPage> {
  const home = await aHome({ pageDir: pageDir() });
  const one = await open(home.url, { before: told.install, ...(path !== undefined && { path }) });
  await isLive(one);
  return one;
}

inBrowser('alerts that come by push, and those of before, leave the list of events as it is', async () => {
  const home = await aHome({ pageDir: pageDir() });
  await notice(home);
  await post(`${home.url}/events`, anAuditEvent({ id: 'before', action: 'before.alerts' }));
  const one = await open(home.url, { before: toldAlerts().install });
  const { complaints, column } = one;
  await isLive(one);

  await notice(home, { alertId: 'alert-2' });
  await post(`${home.url}/events`, anAuditEvent({ id: 'after', action: 'after.alerts' }));
  // The earlier one comes with a page of the trail, once its slice is closed.
  await until(async () => {
    const actions = await column('action');
    return actions.includes('after.alerts') && actions.includes('before.alerts');
  });
  await lines(one.page).waitFor();
  // The pages of the trail list both alerts for both subscriptions.
  await until(async () => (await one.page.locator('.complete time').count()) > 0);

  expect((await column('action')).toSorted()).toEqual(['after.alerts', 'before.alerts']);
  expect(complaints).toEqual([]);
});

inBrowser(
  'an alert stands above the events whatever they are filtered by, is read aloud, goes on, and leaves when it is over',
  async () => {
    const home = await aHome({ pageDir: pageDir() });
    const told = toldAlerts();
    const one = await open(home.url, { before: told.install, path: '/?tenant=acme&action=nothing.such' });
    const { page } = one;
    await isLive(one);
    await until(() => told.asked.some(({ what }) => what === 'silences'));
    await notice(home, { severity: 'critical', title: 'Root logged in', count: 3 });
    await lines(page).getByText('firing').waitFor();
    expect(await lines(page).textContent()).toMatch(/critical.*Root logged in.*×3.*\d s/);
    await page.getByRole('status', { name: 'New alerts' }).getByText('critical: Root logged in').waitFor();
    await page.getByRole('link', { name: 'Alerts 1 open, the gravest critical' }).waitFor();

    await notice(home, {
      sequence: 3,
      change: 'merged',
      severity: 'critical',
      title: 'Root again',
      count: 9,
    });
    await notice(home, { sequence: 2, change: 'merged', severity: 'critical', title: 'Late', count: 5 });
    await lines(page).getByText('×9').waitFor();
    await notice(home, {
      sequence: 4,
      change: 'acknowledged',
      status: 'acknowledged',
      acknowledgedBy: { id: 'ada', name: 'Ada Moreau' },
      severity: 'critical',
      title: 'Root again',
    });
    await lines(page).getByText('acknowledged by Ada Moreau').waitFor();
    expect(
      await lines(page)
        .getByRole('button', { name: /^Acknowledge/ })
        .count(),
    ).toBe(0);
    await notice(home, { sequence: 5, change: 'resolved', status: 'resolved', title: 'Root again' });
    await lines(page).getByText('resolved').waitFor();
    await strip(page).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'Alerts', exact: true }).waitFor();
    expect(one.complaints).toEqual([]);
  },
);

inBrowser('an alert whose push is lost comes with the next page of the trail', async () => {
  const home = await aHome({ pageDir: pageDir() });
  const one = await open(home.url, { before: toldAlerts().install });
  await isLive(one);
  home.faults.set({ dropPush: 1 });
  await notice(home, { title: 'Never pushed' });
  await lines(one.page).getByText('Never pushed').waitFor({ timeout: 20_000 });
});

inBrowser(
  'what is open when the page opens is there, three lines of it, and the rest a click away',
  async () => {
    const told = toldAlerts(manyAlerts(Date.now()));
    const { page, complaints } = await aPageToldOf(told);
    await until(async () => (await lines(page).count()) === 3);
    const [first, second, third] = await lines(page).allTextContents();
    expect(first).toMatch(/critical12 failed logins/);
    expect(second).toMatch(/acknowledged by Ada Moreau/);
    // Before the medium one, which is silenced.
    expect(third).toMatch(/No scan was reported/);
    await strip(page).getByRole('link', { name: 'and 1 more' }).click();
    await until(async () => (await rows(page).count()) === 5);
    await page.waitForURL(/state=open/);
    await page.goBack();
    await until(async () => (await lines(page).count()) === 3);

    await lines(page)
      .first()
      .getByRole('button', { name: /^Acknowledge/ })
      .click();
    await lines(page).first().getByText('acknowledged by You').waitFor();
    expect(told.asked.filter(({ what }) => what === 'acknowledge-alert')).toEqual([
      { what: 'acknowledge-alert', args: { alertId: '0199-999' } },
    ]);
    expect(complaints).toEqual([]);
  },
);

inBrowser(
  'the view lists open and past alerts, filters them, and its address keeps what is seen',
  async () => {
    const told = toldAlerts(manyAlerts(Date.now()));
    const { page, complaints } = await aPageToldOf(told, '/?tenant=acme&view=alerts');
    await until(async () => (await rows(page).count()) === 21);
    expect((await rows(page).nth(1).textContent()) ?? '').toMatch(/12 failed logins.*slack, pagerduty/);
    await page.getByRole('button', { name: 'Load older' }).click();
    await until(async () => (await rows(page).count()) === 29);
    expect(await page.getByRole('button', { name: 'Load older' }).count()).toBe(0);

    const count = async (label: string, option: string, expected: number) => {
      await page.getByRole('combobox', { name: label }).selectOption(option);
      await until(async () => (await rows(page).count()) === expected + 1);
    };
    await count('Status', 'open', 4);
    await count('Status', 'quiet', 1);
    await count('Status', 'acknowledged', 1);
    await count('Status', 'resolved', 24);
    await count('Severity', 'high', 8);
    await page.getByRole('searchbox', { name: 'Text of an alert' }).fill('USER-3');
    await until(async () => (await rows(page).count()) === 2);
    await page.waitForURL(/state=resolved&severity=high&text=USER-3/);
    await page.getByRole('searchbox', { name: 'Text of an alert' }).fill('nothing of it');
    await page.getByRole('heading', { name: 'No such alert' }).waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await count('Rule', 'mass-export', 1);
    expect(complaints).toEqual([]);
  },
);

inBrowser(
  'a link of a notice opens its alert: its life, its runbook, and the events that made it fire',
  async () => {
    const home = await aHome({ pageDir: pageDir() });
    await send(home.url, [anAuditEvent({ id: 'sample-1', action: 'user.login', outcome: 'failure' })]);
    const told = toldAlerts(manyAlerts(Date.now()));
    const one = await open(home.url, { before: told.install, path: '/?tenant=acme&alert=0199-999' });
    const { page } = one;
    await heading(page).getByText('12 failed logins').waitFor();
    const life = detail(page).getByRole('region', { name: 'How it went on' }).getByRole('listitem');
    await until(async () => (await life.count()) === 2);
    expect(await life.allTextContents()).toEqual([
      expect.stringMatching(/Fired.*10 events.*slack, pagerduty/),
      expect.stringMatching(/More events, told 2 times.*12 events/),
    ]);
    const runbook = detail(page).getByRole('link', { name: /runbooks/ });
    expect(await runbook.getAttribute('href')).toBe('https://wiki.example.com/runbooks/brute-force');
    expect(await runbook.getAttribute('rel')).toBe('noreferrer');

    await detail(page)
      .getByRole('button', { name: /user\.login/ })
      .first()
      .click();
    const event = page.getByRole('complementary', { name: 'Event detail' });
    await event.getByRole('heading', { name: 'user.login' }).waitFor();
    await page.keyboard.press('Escape');
    await detail(page).getByRole('button', { name: 'Show such events in Live' }).click();
    await page.waitForURL(/only=actor.id/);
    await page
      .getByRole('button', { name: /jo@example\.com/ })
      .first()
      .waitFor();
    await page.goBack();
    await heading(page).getByText('12 failed logins').waitFor();
    await page.keyboard.press('Escape');
    await detail(page).waitFor({ state: 'detached' });

    const gone = await open(home.url, { before: told.install, path: '/?tenant=acme&alert=gone' });
    await detail(gone.page).getByText('there is no such alert').waitFor();
    expect([...one.complaints, ...gone.complaints]).toEqual([]);
  },
);

inBrowser('an address of a runbook that runs code is text', async () => {
  const [record] = manyAlerts(Date.now()).records;
  if (!record) throw new Error('no record');
  const { alert } = record;
  const hostile = {
    ...record,
    alert: {
      ...alert,
      title: '<img src=x onerror="document.title = 1">',
      rule: { ...alert.rule, runbookUrl: 'javascript:document.title=1' },
    },
  };
  const told = toldAlerts({ records: [hostile] });
  const { page } = await aPageToldOf(told, '/?tenant=acme&alert=0199-999');
  await detail(page).getByText('javascript:document.title=1').waitFor();
  expect(
    await detail(page)
      .getByRole('link', { name: /javascript/ })
      .count(),
  ).toBe(0);
  expect(await page.locator('main img, aside img').count()).toBe(0);
});

inBrowser('an alert is resolved by hand, after a word about what that means', async () => {
  const told = toldAlerts(manyAlerts(Date.now()));
  const { page } = await aPageToldOf(told, '/?tenant=acme&alert=0199-999');
  await detail(page).getByRole('button', { name: 'Resolve…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Resolve the alert' });
  await dialog.getByText('slack, pagerduty').waitFor();
  await dialog.getByRole('button', { name: 'Cancel' }).click();
  expect(told.asked.some(({ what }) => what === 'resolve-alert')).toBe(false);
  await detail(page).getByRole('button', { name: 'Resolve…' }).click();
  await dialog.getByRole('button', { name: 'Resolve', exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
  await detail(page).getByText('Resolved: by You').waitFor();
  expect(await detail(page).getByRole('button', { name: 'Resolve…' }).count()).toBe(0);
});

inBrowser(
  'a silence shows whom it takes before it is made, wants a reason, shows at once, and can be ended',
  async () => {
    const { records } = manyAlerts(Date.now());
    const told = toldAlerts({ records });
    const { page, complaints } = await aPageToldOf(told);
    await lines(page)
      .first()
      .getByRole('button', { name: /^Silence/ })
      .click();
    const dialog = page.getByRole('dialog', { name: 'Silence alerts' });
    const taken = dialog.getByRole('region', { name: 'What it takes' });
    await taken.getByText('Takes 1 of 4 open now').waitFor();
    expect(await taken.locator('pre').textContent()).toBe(
      '{"rule":{"id":["login-brute-force"]},"group":{"actor.id":["jo@example.com"]}}',
    );
    await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
    await dialog.getByRole('alert').getByText('Say why').waitFor();
    await dialog.getByRole('textbox', { name: 'Why' }).fill('Load test');
    for (const part of await dialog.getByRole('checkbox').all()) await part.uncheck();
    await taken.getByText('Takes 0 of 4 open now').waitFor();
    await dialog.getByRole('alert').getByText('at least one').waitFor();
    expect(told.asked.some(({ what }) => what === 'silence-alerts')).toBe(false);
    await dialog.getByRole('checkbox', { name: /^rule/ }).check();
    await dialog.getByRole('radio', { name: '30 minutes' }).check();
    await dialog.getByRole('button', { name: 'Silence', exact: true }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(told.asked.find(({ what }) => what === 'silence-alerts')?.args).toEqual({
      match: { rule: { id: ['login-brute-force'] } },
      comment: 'Load test',
      seconds: 1_800,
    });

    await strip(page).getByRole('link', { name: 'and 1 more' }).click();
    await rows(page)
      .filter({ hasText: '12 failed' })
      .getByText(/^silenced by You until/)
      .waitFor();
    const silences = page.getByRole('region', { name: 'Silences' });
    await silences.getByText('rule.id login-brute-force').waitFor();
    await silences.getByRole('button', { name: 'End the silence: Load test' }).click();
    await silences.getByRole('heading', { name: 'No silence now' }).waitFor();
    await rows(page).filter({ hasText: '12 failed' }).getByText('firing').waitFor();
    await silences.getByRole('button', { name: 'Show 1 past' }).click();
    await silences.getByText(/ended .* by You/).waitFor();
    expect(complaints).toEqual([]);
  },
);

inBrowser('a viewer sees alerts, and reads which role it takes to act on them', async () => {
  const { home, token } = await aClosedHome({ pageDir: pageDir() });
  const told = toldAlerts(manyAlerts(Date.now()));
  const { page, complaints } = await open(home.url, { path: '/', before: told.install });
  await page.getByLabel('Token (JWT)').fill(await token());
  await page.getByRole('button', { name: 'Watch' }).click();
  await until(async () => (await lines(page).count()) === 3);
  const acknowledge = lines(page)
    .first()
    .getByRole('button', { name: /^Acknowledge/ });
  expect(await acknowledge.getAttribute('aria-disabled')).toBe('true');
  expect(await acknowledge.getAttribute('title')).toMatch(/needs the role operator; your token gives viewer/);
  await acknowledge.click({ force: true });
  await page.keyboard.press('Escape');
  await page.locator('.alert-title').first().click();
  await detail(page)
    .getByText(/needs the role operator/)
    .waitFor();
  await detail(page).getByRole('button', { name: 'Resolve…' }).click({ force: true });
  expect(await page.getByRole('dialog').count()).toBe(0);
  expect(new Set(told.asked.map(({ what }) => what))).toEqual(new Set(['alerts', 'silences', 'alert']));
  expect(complaints).toEqual([]);
});

inBrowser('the sound is off until it is wanted, and stays as it was chosen', async () => {
  const told = toldAlerts();
  const { page } = await aPageToldOf(told);
  const sound = page.getByRole('button', { name: 'Sound of grave alerts' });
  expect(await sound.getAttribute('aria-pressed')).toBe('false');
  await sound.click();
  expect(await sound.getAttribute('aria-pressed')).toBe('true');
  await page.reload();
  await isLive({ page });
  expect(await sound.getAttribute('aria-pressed')).toBe('true');
  await sound.click();
  await page.reload();
  await isLive({ page });
  expect(await sound.getAttribute('aria-pressed')).toBe('false');
});

inBrowser(
  'what is grave sounds, once the browser lets it; until then the page says what it takes',
  async () => {
    const home = await aHome({ pageDir: pageDir() });
    const { page } = await open(home.url, {
      async before(fresh) {
        await toldAlerts().install(fresh);
        // The browser of the tests lets everything sound; that of a person waits for a click.
        await fresh.addInitScript(() => {
          localStorage.setItem('audit-stream.settings', '{"alertSound": true}');
          let isTouched = false;
          const touch = () => {
            isTouched = true;
          };
          addEventListener('pointerdown', touch, { capture: true });
          globalThis.AudioContext = class extends AudioContext {
            override get state() {
              return isTouched ? super.state : 'suspended';
            }
            override resume() {
              return isTouched ? super.resume() : new Promise<void>(() => {});
            }
            override createOscillator() {
              const { dataset } = document.documentElement;
              dataset.tones = String(Number(dataset.tones ?? 0) + 1);
              return super.createOscillator();
            }
          };
        });
      },
    });
    const tones = async () => Number((await page.locator('html').getAttribute('data-tones')) ?? 0);
    const fires = async (alertId: string, severity: Alert['severity']) => {
      await notice(home, { alertId, severity, title: `About ${alertId}` });
      await page.getByRole('status', { name: 'New alerts' }).getByText(`About ${alertId}`).waitFor();
    };
    await isLive({ page });
    await page.getByText('Click anywhere to let it sound').waitFor();
    await fires('held-back', 'critical');
    expect(await tones()).toBe(0);
    await page.locator('h1').click();
    await page.getByText('Click anywhere to let it sound').waitFor({ state: 'detached' });
    await fires('lesser', 'medium');
    expect(await tones()).toBe(0);
    await fires('grave', 'critical');
    expect(await tones()).toBe(2);
  },
);

inBrowser('keys lead to the alerts and through them', async () => {
  const told = toldAlerts(manyAlerts(Date.now()));
  const { page } = await aPageToldOf(told);
  await page.keyboard.press('2');
  await until(async () => (await rows(page).count()) > 4);
  await page.getByRole('grid', { name: 'Alerts, open ones first' }).focus();
  await page.keyboard.press('ArrowDown');
  await heading(page).getByText('12 failed logins').waitFor();
  await page.keyboard.press('ArrowDown');
  await heading(page).getByText('A service account').waitFor();
  await page.keyboard.press('Escape');
  await detail(page).waitFor({ state: 'detached' });
  await page.keyboard.press('1');
  await strip(page).waitFor();
});

inBrowser('where no rules are configured the page says so, and that is no trouble', async () => {
  const one = await aPageToldOf(toldAlerts({ hasRules: false }), '/?tenant=acme&view=alerts');
  await one.page.getByRole('heading', { name: 'No rules yet' }).waitFor();
  expect(await one.page.getByRole('alert').count()).toBe(0);
  expect(await faultsOf(one.page)).toEqual([]);
  expect(one.complaints).toEqual([]);
});

inBrowser('a tenant without alerts is told so', async () => {
  const { page } = await aPageToldOf(toldAlerts(), '/?tenant=acme&view=alerts');
  await page.getByRole('heading', { name: 'No alerts' }).waitFor();
});

inBrowser('on a narrow screen nothing stands out to the side', async () => {
  const told = toldAlerts(manyAlerts(Date.now()));
  const home = await aHome({ pageDir: pageDir() });
  const { page } = await open(home.url, { before: told.install, size: { width: 320, height: 640 } });
  await strip(page).waitFor();
  const overflow = () =>
    page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  expect(await overflow()).toBe(0);
  await lines(page)
    .first()
    .getByRole('button', { name: /^Silence/ })
    .click();
  const dialog = page.getByRole('dialog');
  await dialog.waitFor();
  expect(await dialog.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
  await page.keyboard.press('Escape');
  await page.locator('.alert-title').first().click();
  await detail(page).waitFor();
  expect(await overflow()).toBe(0);
});

for (const scheme of ['light', 'dark'] as const) {
  inBrowser(`a checker of accessibility finds nothing in alerts (${scheme})`, async () => {
    const told = toldAlerts(manyAlerts(Date.now()));
    const home = await aHome({ pageDir: pageDir() });
    const { page } = await open(home.url, { before: told.install, scheme });
    await strip(page).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await lines(page)
      .first()
      .getByRole('button', { name: /^Silence/ })
      .click();
    await page.getByRole('dialog').getByRole('button', { name: 'Silence', exact: true }).click();
    await page.getByRole('dialog').getByRole('alert').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.locator('.alert-title').first().click();
    await heading(page).getByText('12 failed logins').waitFor();
    await page.getByRole('button', { name: 'Show 1 past' }).click();
    expect(await faultsOf(page)).toEqual([]);
    await detail(page).getByRole('button', { name: 'Resolve…' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
}
