/** Tests in a real browser: the page is built once a file, and what a test opened is closed after it. */
import { afterAll, afterEach, beforeAll, test } from '@jest/globals';
import axe from 'axe-core';
import type { Page } from 'playwright-core';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import { buildPage, launchBrowser } from './a-browser.ts';
import { type Opening, type OpenPage, openPage } from './a-page.ts';

const browser = await launchBrowser();
if (!browser) console.warn('Left out: the page in a browser. It needs 64-bit Linux, or an installed Chrome.');
export const inBrowser = browser ? test : test.skip;

let built: Awaited<ReturnType<typeof buildPage>>;
const opened: OpenPage[] = [];

beforeAll(async () => {
  built = await buildPage();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(({ page }) => page.context().close()));
});
afterAll(async () => {
  await browser?.close();
  await built.remove();
});

/** Where the built page lies. */
export const pageDir = () => built.dir;

export async function open(url: string, opening?: Opening): Promise<OpenPage> {
  if (!browser) throw new Error('no browser');
  const one = await openPage(browser, url, opening);
  opened.push(one);
  return one;
}

export async function send(url: string, events: readonly AuditEvent[]): Promise<void> {
  for (let from = 0; from < events.length; from += 1000) {
    const answer = await fetch(`${url}/events`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(events.slice(from, from + 1000)),
    });
    if (answer.status !== 200) throw new Error(await answer.text());
  }
}

export async function isLive({ page }: Pick<OpenPage, 'page'>): Promise<void> {
  await page.getByRole('status').getByText('Live', { exact: true }).waitFor();
}

/** Rule and places of each fault. */
export async function faultsOf(page: Page): Promise<readonly string[]> {
  // The page's policy forbids foreign scripts; the checker comes in beside it.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { axe: checker } = globalThis as unknown as { axe: typeof axe };
    const { violations } = await checker.run();
    return violations.map(
      ({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`,
    );
  });
}
