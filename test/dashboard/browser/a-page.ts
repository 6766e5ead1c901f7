/** One open page and what a viewer does with it. */
import { readFile } from 'node:fs/promises';
import type { Browser, Page } from 'playwright-core';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';

export interface OpenPage {
  readonly page: Page;
  /** Errors and warnings of the console, and exceptions. */
  readonly complaints: readonly string[];
  /** Text of a column's cells, top row first. */
  column(key: string): Promise<readonly string[]>;
  row(text: string): ReturnType<Page['locator']>;
  downloadNdjson(): Promise<readonly AuditEvent[]>;
  downloadCsv(): Promise<string>;
}

export interface Opening {
  /** With a tenant the development home signs in at once. */
  readonly path?: string;
  readonly scheme?: 'light' | 'dark';
  readonly size?: { readonly width: number; readonly height: number };
  /** Done before the page is asked for. */
  readonly before?: (page: Page) => Promise<void>;
}

export async function openPage(browser: Browser, url: string, opening: Opening = {}): Promise<OpenPage> {
  const { path = '/?tenant=acme', scheme = 'light', size = { width: 1440, height: 900 } } = opening;
  const context = await browser.newContext({
    viewport: size,
    colorScheme: scheme,
    locale: 'en-US',
    reducedMotion: 'reduce',
    acceptDownloads: true,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(String(error)));
  await opening.before?.(page);
  await page.goto(url + path);
  return {
    page,
    complaints,
    column: (key) => readColumn(page, key),
    row: (text) => page.locator('.canvas .row', { hasText: text }).first(),
    async downloadNdjson() {
      const text = await download(page, 'NDJSON, whole events');
      return text
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as AuditEvent);
    },
    downloadCsv: () => download(page, 'CSV, shown columns'),
  };
}

async function readColumn(page: Page, key: string): Promise<readonly string[]> {
  return page
    .locator('.canvas')
    .evaluate(
      (canvas, column) =>
        [...canvas.querySelectorAll('[role="row"]')]
          .sort((a, b) => Number(a.getAttribute('aria-rowindex')) - Number(b.getAttribute('aria-rowindex')))
          .map((row) => row.querySelector(`.cell.${column}`)?.textContent?.trim() ?? ''),
      key,
    );
}

async function download(page: Page, button: string): Promise<string> {
  await page.locator('summary', { hasText: 'Download' }).click();
  const [file] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button }).click(),
  ]);
  const text = await readFile(await file.path(), 'utf8');
  await page.keyboard.press('Escape');
  return text;
}
