/** The page in a real browser, against a real home. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import type { Page } from 'playwright-core';
import { servePage } from '../../../bin/page-server.ts';
import { AuditStreamClient } from '../../../src/client/audit-stream-client.ts';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { startHome } from '../../../src/local/home.ts';
import { anAuditEvent } from '../../builders/an-audit-event.ts';
import { freePort } from '../../builders/free-port.ts';
import { until } from '../../builders/until.ts';
import { aClosedHome, BILLING } from '../../local/a-closed-home.ts';
import { aHome, aToken } from '../../local/a-home.ts';
import type { OpenPage } from './a-page.ts';
import { faultsOf, inBrowser, isLive, open, pageDir, send } from './in-browser.ts';

const home = () => aHome({ pageDir: pageDir() });

/** Sends once the page is live, so that the events come by push. */
async function openWith(url: string, events: readonly AuditEvent[]): Promise<OpenPage> {
  const one = await open(url);
  await isLive(one);
  await send(url, events);
  return one;
}

async function rowCount({ page }: OpenPage): Promise<number> {
  return Number((await page.locator('.count').textContent())?.replace(/\D/g, ''));
}

/** Of this test's events: the system's own are not counted. */
async function shownIds(one: OpenPage): Promise<readonly string[]> {
  return (await one.downloadNdjson())
    .filter(({ source }) => source.service === 'billing')
    .map(({ id }) => id);
}

inBrowser(
  'an event is on the page when it happens, the newest on top, and the console says nothing',
  async () => {
    const { url } = await home();
    const one = await open(url);
    await isLive(one);
    await send(url, [anAuditEvent({ action: 'door.opened' })]);
    await one.row('door.opened').waitFor();
    await send(url, [anAuditEvent({ action: 'door.closed', severity: 'high', outcome: 'denied' })]);
    await one.row('door.closed').waitFor();

    expect((await one.column('action')).slice(0, 2)).toEqual(['door.closed', 'door.opened']);
    expect((await one.column('outcome'))[0]).toBe('denied');
    await one.page.getByText(/complete up to \d\d:\d\d:\d\d/).waitFor();
    await one.page.locator('.plot strong', { hasText: /p50 \d+/ }).waitFor();
    expect(one.complaints).toEqual([]);
  },
);

inBrowser('a filter narrows the rows, stands in the address, and a shared link restores it', async () => {
  const { url } = await home();
  await send(url, [
    anAuditEvent({ action: 'role.granted', severity: 'high', actor: { type: 'user', id: 'ada' } }),
    anAuditEvent({ action: 'role.granted', severity: 'high', actor: { type: 'user', id: 'bob' } }),
    anAuditEvent({ action: 'page.read', severity: 'info', actor: { type: 'user', id: 'ada' } }),
  ]);
  const one = await open(url);
  await one.row('page.read').waitFor();
  await one.page.getByRole('search').getByRole('button', { name: 'high' }).click();
  await one.row('page.read').waitFor({ state: 'detached' });
  await one.row('ada').locator('.actor button').click();
  await one.page.getByRole('menuitem', { name: 'Leave this out' }).click();
  await one.row('ada').waitFor({ state: 'detached' });
  await one.row('bob').waitFor();
  expect(await one.column('actor')).toEqual(['bob']);

  const link = new URL(one.page.url());
  expect(link.searchParams.get('severity')).toBe('high');
  const other = await open(url, { path: link.pathname + link.search });
  await other.row('bob').waitFor();
  expect(await other.column('actor')).toEqual(['bob']);
  await send(url, [
    anAuditEvent({ action: 'role.revoked', severity: 'high', actor: { type: 'user', id: 'ada' } }),
    anAuditEvent({ action: 'role.revoked', severity: 'high', actor: { type: 'user', id: 'eve' } }),
  ]);
  await other.row('eve').waitFor();
  expect(await other.column('actor')).toEqual(['eve', 'bob']);

  await other.page.getByRole('button', { name: 'Clear' }).click();
  await other.row('page.read').waitFor();
  expect(one.complaints).toEqual([]);
});

inBrowser('a box suggests what was seen, and finds a part of it', async () => {
  const { url } = await home();
  const one = await openWith(url, [
    anAuditEvent({ action: 'aws.iam.create_user' }),
    anAuditEvent({ action: 'page.read' }),
  ]);
  await one.row('page.read').waitFor();
  await one.page.keyboard.press('/');
  await one.page.keyboard.type('iam');
  await one.row('page.read').waitFor({ state: 'detached' });

  await one.row('aws.iam.create_user').waitFor();
  expect(await one.column('action')).toEqual(['aws.iam.create_user']);
  expect(
    await one.page
      .locator('#seen-action option')
      .evaluateAll((all) => all.map((o) => (o as HTMLOptionElement).value)),
  ).toEqual(['aws.iam.create_user']);
});

inBrowser('a wrong pattern shows its fault at its path, and a right one filters', async () => {
  const { url } = await home();
  const one = await openWith(url, [anAuditEvent({ action: 'a.one' }), anAuditEvent({ action: 'b.two' })]);
  await one.row('a.one').waitFor();
  await one.page.getByRole('button', { name: 'Pattern' }).click();
  const box = one.page.getByLabel(/Event pattern/);
  await box.fill('{"action": [{"prefixx": "a."}]}');
  const fault = one.page.locator('#pattern-problem');
  await fault.getByText('action').first().waitFor();
  expect(await fault.textContent()).toMatch(/prefixx/);
  await box.fill('{"action": [{"prefix": "a."}]}');
  await one.row('b.two').waitFor({ state: 'detached' });

  await one.row('a.one').waitFor();
  expect(await fault.count()).toBe(0);
  expect(await one.column('action')).toEqual(['a.one']);
});

inBrowser('a paused page holds rows back and counts them; a saved tab counts what was not seen', async () => {
  const { url } = await home();
  const one = await openWith(url, [anAuditEvent({ action: 'first.seen', severity: 'low' })]);
  await one.row('first.seen').waitFor();
  await one.page.getByRole('button', { name: 'critical' }).click();
  await one.page.getByRole('button', { name: 'Save as tab' }).click();
  await one.page.getByRole('textbox', { name: 'Name' }).fill('Worst');
  await one.page.getByRole('button', { name: 'Save', exact: true }).click();
  await one.page.getByRole('tab', { name: 'Live' }).click();
  await one.row('first.seen').waitFor();

  await one.page.keyboard.press('Escape');
  await one.page.locator('[role="grid"]').focus();
  await one.page.keyboard.press('Space');
  await send(url, [
    anAuditEvent({ action: 'while.paused', severity: 'critical' }),
    anAuditEvent({ action: 'while.paused', severity: 'info' }),
  ]);
  await one.page.getByRole('button', { name: 'Resume · 2 waiting' }).waitFor();
  expect(await one.column('action')).toEqual(['first.seen']);
  await one.page.getByRole('tab', { name: 'Worst 1 not seen yet' }).waitFor();
  await one.page.keyboard.press('Space');
  await one.row('while.paused').waitFor();
  expect(await one.column('action')).toEqual(['while.paused', 'while.paused', 'first.seen']);

  await one.page.reload();
  await one.page.getByRole('tab', { name: /Worst/ }).click();
  await one.row('while.paused').waitFor();
  expect(await one.column('severity')).toEqual(['critical']);
  expect(one.complaints).toEqual([]);
});

inBrowser(
  'the connection is cut, pushes are dropped, the server is started again: no row is missing, none is twice',
  async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'audit-stream-page-data-'));
    const options = { dataDir, pageDir: pageDir(), log: () => {} };
    let server = await startHome({ ...options, port: 0 });
    try {
      const { url, port } = server;
      const one = await open(url);
      await isLive(one);
      const sent: string[] = [];
      const burst = async (count: number) => {
        const events = Array.from({ length: count }, () => anAuditEvent({ action: 'under.fault' }));
        await send(url, events);
        sent.push(...events.map(({ id }) => id));
      };
      await burst(20);
      server.faults.set({ dropPush: 0.4, duplicate: 0.2, reorder: 0.3, cut: 0.05 });
      for (let i = 0; i < 10; i++) await burst(20);
      await server.close();
      await one.page.getByText(/^Disconnected/).waitFor();
      server = await startHome({ ...options, port });
      for (let i = 0; i < 5; i++) await burst(20);
      await isLive(one);
      await until(async () => (await rowCount(one)) >= sent.length);

      expect((await shownIds(one)).toSorted()).toEqual(sent.toSorted());
      expect((await idsOfTrail(server)).toSorted()).toEqual(sent.toSorted());
      // A token is asked for before each attempt, also while there is nobody to give it.
      const expected = /WebSocket connection to .* failed|ERR_CONNECTION_REFUSED/;
      const unexpected = one.complaints.filter((text) => !expected.test(text));
      expect(unexpected).toEqual([]);
    } finally {
      await server.close();
      await rm(dataDir, { recursive: true, force: true });
    }
  },
  60_000,
);

/** What the trail holds, asked for by a viewer of its own. */
async function idsOfTrail(server: Awaited<ReturnType<typeof startHome>>): Promise<readonly string[]> {
  const client = new AuditStreamClient({ url: server.streamUrl, getToken: () => aToken(server) });
  const ids: string[] = [];
  client.on('event', ({ event }) => ids.push(event.id));
  try {
    client.connect();
    let isComplete = false;
    const startedMs = Date.now();
    client.on('complete', ({ timeMs }) => {
      isComplete ||= timeMs >= startedMs;
    });
    await client.subscribe('all', { source: { service: ['billing'] } }, { after: { seconds: 900 } });
    await until(() => isComplete);
    return ids;
  } finally {
    client.close();
  }
}

inBrowser(
  'of more than 10,000 rows the newest 10,000 are kept, few are drawn, and scrolling meets every one',
  async () => {
    const { url } = await home();
    const events = Array.from({ length: 10_400 }, (_, i) => anAuditEvent({ action: `row.n${i}` }));
    await send(url, events.slice(0, 10_200));
    const one = await open(url);
    await one.page.getByText('newest 10,000 rows').waitFor({ timeout: 60_000 });
    const grid = one.page.locator('[role="grid"]');
    await grid.focus();
    await one.page.keyboard.press('End');
    await until(async () => (await grid.getAttribute('aria-activedescendant')) !== null);
    await send(url, events.slice(10_200));
    await one.page.getByRole('button', { name: '200 newer' }).waitFor();

    const met = await scrollThrough(one.page);
    expect(met.mostDrawn).toBeLessThan(100);
    expect(met.rowIndexes).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 2));
    expect((await shownIds(one)).toSorted()).toEqual(
      events
        .slice(-10_000)
        .map(({ id }) => id)
        .toSorted(),
    );
    expect(one.complaints).toEqual([]);
  },
  180_000,
);

async function scrollThrough(page: Page): Promise<{ mostDrawn: number; rowIndexes: readonly number[] }> {
  return page.locator('.scroller').evaluate(async (scroller) => {
    const met = new Set<number>();
    let mostDrawn = 0;
    for (let top = 0; ; top += scroller.clientHeight + 200) {
      scroller.scrollTop = top;
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
      const drawn = scroller.querySelectorAll('.canvas .row');
      mostDrawn = Math.max(mostDrawn, drawn.length);
      for (const row of drawn) met.add(Number(row.getAttribute('aria-rowindex')));
      if (top > scroller.scrollHeight) break;
    }
    return { mostDrawn, rowIndexes: [...met].sort((a, b) => a - b) };
  });
}

inBrowser('who reads further down keeps the row under the eye, and is told how many are newer', async () => {
  const { url } = await home();
  const one = await openWith(
    url,
    Array.from({ length: 300 }, (_, i) => anAuditEvent({ action: `row.n${i}` })),
  );
  await one.page.getByText('300 rows').waitFor();
  await one.page.locator('.scroller').evaluate((scroller) => scroller.scrollTo(0, 2800));
  const watched = one.row('row.n190');
  await watched.waitFor();
  const before = await watched.boundingBox();
  await send(
    url,
    Array.from({ length: 7 }, () => anAuditEvent({ action: 'came.above' })),
  );
  await one.page.getByRole('button', { name: '7 newer' }).waitFor();

  expect(await watched.boundingBox()).toEqual(before);
  await one.page.getByRole('button', { name: '7 newer' }).click();
  await one.row('came.above').waitFor();
});

inBrowser('everything can be done with the keyboard', async () => {
  const { url } = await home();
  const { page, row } = await openWith(url, [
    anAuditEvent({ action: 'a.first' }),
    anAuditEvent({ action: 'b.second' }),
  ]);
  await row('b.second').waitFor();
  const detail = page.getByRole('complementary', { name: 'Event detail' });

  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await detail.getByRole('heading', { name: 'a.first' }).waitFor();
  await page.keyboard.press('ArrowUp');
  await detail.getByRole('heading', { name: 'b.second' }).waitFor();
  await page.keyboard.press('Escape');
  await detail.waitFor({ state: 'detached' });
  await page.keyboard.press('/');
  expect(await page.evaluate(() => document.activeElement?.getAttribute('aria-label'))).toBe('Action');
  await page.keyboard.press('Escape');
  await page.keyboard.press('?');
  await page.getByRole('dialog', { name: 'Keys' }).waitFor();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
});

inBrowser('a large event is fetched whole, shown piece by piece, and compared before and after', async () => {
  const { url } = await home();
  const lines = Object.fromEntries(Array.from({ length: 2100 }, (_, i) => [`key${i}`, 'x'.repeat(80)]));
  const one = await openWith(url, [
    anAuditEvent({
      action: 'large.one',
      metadata: { lines, last: 'the very end' },
      changes: [{ path: '/role', op: 'replace', before: 'viewer', after: 'owner' }],
    }),
  ]);
  await one.row('large.one').locator('.time').click();
  const detail = one.page.getByRole('complementary', { name: 'Event detail' });
  await detail.getByText(/(1[89]|2\d)\d\.\d KB/).waitFor();

  expect(await detail.locator('.json-text').evaluate((json) => json.textContent?.length ?? 0)).toBeLessThan(
    40_000,
  );
  expect(await detail.locator('del').textContent()).toBe('viewer');
  expect(await detail.locator('ins').textContent()).toBe('owner');
  const more = detail.getByRole('button', { name: /Show more/ });
  while ((await more.count()) > 0) await more.click();
  await detail.getByText('"the very end"').waitFor();
  const [saved] = await one.downloadNdjson();
  expect(saved?.metadata).toMatchObject({ last: 'the very end' });

  await one.page.getByRole('search').getByRole('button', { name: 'info' }).click();
  await one.row('large.one').locator('.time').click();
  await detail.getByText(/(1[89]|2\d)\d\.\d KB/).waitFor();
  expect(one.complaints).toEqual([]);
});

inBrowser('hostile text is shown as text, and what turns the line around is spelled out', async () => {
  const { url } = await home();
  const one = await openWith(url, [
    anAuditEvent({
      action: 'hostile.one',
      message: '<img src=x onerror="document.title = 1">',
      actor: { type: 'user', id: 'eve', name: '=HYPERLINK("http://evil")' },
      targets: [{ type: 'file', id: 'gpj.\u202Eexe' }],
    }),
  ]);
  await one.row('hostile.one').locator('.time').click();
  await one.page.getByText('<img src=x onerror="document.title = 1">').first().waitFor();
  expect(await one.page.locator('main img, aside img').count()).toBe(0);
  expect(await one.page.title()).toBe('Audit Stream');
  expect((await one.column('target'))[0]).not.toContain('\u202E');

  const [head, line] = (await one.downloadCsv()).split('\r\n');
  expect(head).toBe('\uFEFFTime,Severity,Outcome,Action,Actor,Target,IP,Service');
  expect(line).toContain(`"'=HYPERLINK(""http://evil"")"`);
  expect(one.complaints).toEqual([]);
});

inBrowser('chosen columns, clock and colours are kept', async () => {
  const { url } = await home();
  await send(url, [anAuditEvent({ action: 'a.first' })]);
  const { page, row } = await open(url);
  await row('a.first').waitFor();
  await page.locator('summary', { hasText: 'View' }).click();
  await page.getByLabel('Category').check();
  await page.getByLabel('IP', { exact: true }).uncheck();
  await page.getByLabel('dark').check();
  await page.reload();
  await row('a.first').waitFor();

  expect(await page.getByRole('columnheader').allTextContents()).toEqual([
    'Time',
    'Severity',
    'Outcome',
    'Action',
    'Actor',
    'Target',
    'Service',
    'Category',
  ]);
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark');
});

inBrowser('an operator sees that nothing is lost; a viewer is not offered it', async () => {
  const { url } = await home();
  const one = await openWith(url, [anAuditEvent()]);
  await one.page.getByRole('button', { name: 'Integrity' }).click();
  await one.page.getByText('Everything that was accepted is accounted for.').waitFor();
  expect(await one.page.getByRole('row', { name: /record/ }).count()).toBeGreaterThan(0);

  const viewer = await open(url, { path: '/' });
  await viewer.page.getByRole('combobox', { name: 'Tenant' }).fill('acme');
  await viewer.page.getByRole('radio', { name: /^viewer/ }).check();
  await viewer.page.getByRole('button', { name: 'Watch' }).click();
  await isLive(viewer);
  expect(await viewer.page.getByRole('button', { name: 'Integrity' }).count()).toBe(0);
});

inBrowser('an empty page says how to send the first event, an empty filter how to loosen it', async () => {
  const { url } = await home();
  const { page, row } = await open(url, { path: '/?tenant=newcomer' });
  await page.getByRole('heading', { name: 'No events yet' }).waitFor();
  expect(await page.locator('.empty pre').textContent()).toContain(`curl ${url}/events`);
  await page.getByRole('button', { name: 'critical' }).click();
  await page.getByRole('heading', { name: 'Nothing matches this filter' }).waitFor();
  await page.getByRole('button', { name: 'Show everything' }).click();
  await send(url, [anAuditEvent({ tenantId: 'newcomer', action: 'the.first' })]);
  await row('the.first').waitFor();
});

inBrowser(
  'where an issuer vouches for viewers, the page asks for a token, and for another if it is refused',
  async () => {
    const { home: closed, token } = await aClosedHome({ pageDir: pageDir() });
    const { page } = await open(closed.url, { path: '/' });
    await page.getByLabel('Token (JWT)').fill('not.a.token');
    await page.getByRole('button', { name: 'Watch' }).click();
    await page.getByRole('button', { name: 'Bring another token' }).click();
    await page.getByLabel('Token (JWT)').fill(await token());
    await page.getByRole('button', { name: 'Watch' }).click();
    await page.getByRole('heading', { name: 'No events yet' }).waitFor();

    expect(page.url()).not.toMatch(/token|ey[A-Za-z0-9]/);
    await page.reload();
    await page.getByRole('heading', { name: 'No events yet' }).waitFor();
  },
);

inBrowser(
  'served beside a stream elsewhere, the page brings its own tokens and shows what happens there',
  async () => {
    const port = await freePort();
    const { home: closed, token } = await aClosedHome({
      pageDir: pageDir(),
      allowedOrigins: [`http://127.0.0.1:${port}`],
    });
    let isReady = false;
    const getToken = async () => {
      if (!isReady) throw new Error('the token command is not ready');
      return token();
    };
    const served = await servePage({
      access: { streamUrl: closed.streamUrl, getToken },
      port,
      pageDir: pageDir(),
    });
    try {
      const { page, complaints, row } = await open(served.url, { path: '/' });
      await page.getByRole('status').getByText('the token command is not ready').waitFor();
      isReady = true;
      await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
      const answer = await fetch(`${closed.url}/events`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${BILLING.secretAccessKey}` },
        body: JSON.stringify(anAuditEvent({ action: 'invoice.paid' })),
      });
      expect(answer.status).toBe(200);
      await row('invoice.paid').waitFor();

      expect(complaints.filter((one) => !one.includes('502'))).toEqual([]);
    } finally {
      served.close();
    }
  },
);

for (const scheme of ['light', 'dark'] as const) {
  inBrowser(`a checker of accessibility finds nothing (${scheme})`, async () => {
    const { url } = await home();
    const severities = ['info', 'low', 'medium', 'high', 'critical'] as const;
    const outcomes = ['success', 'failure', 'denied', 'error', 'unknown'] as const;
    await send(
      url,
      severities.flatMap((severity) => outcomes.map((outcome) => anAuditEvent({ severity, outcome }))),
    );
    const signIn = await open(url, { path: '/', scheme });
    await signIn.page.getByRole('button', { name: 'Watch' }).waitFor();
    expect(await faultsOf(signIn.page)).toEqual([]);

    const { page, row } = await open(url, { scheme });
    await row('critical').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await row('critical').locator('.time').click();
    await page.getByRole('complementary', { name: 'Event detail' }).waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await row('critical').locator('.action button').click();
    await page.getByRole('menu').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('menuitem', { name: 'Show only this' }).click();
    await page.getByRole('button', { name: 'Pattern' }).click();
    await page.getByLabel(/Event pattern/).fill('{"action": 1}');
    await page.locator('#pattern-problem').waitFor();
    expect(await faultsOf(page)).toEqual([]);
    await page.getByRole('button', { name: 'Integrity' }).click();
    await page.getByRole('dialog').waitFor();
    expect(await faultsOf(page)).toEqual([]);
  });
}
