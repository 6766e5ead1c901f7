/** A real browser from npm alone, with the page as it is built for users. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import sparticuz from '@sparticuz/chromium';
import { type Browser, chromium } from 'playwright-core';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));

/** Meant for Lambda: one process ends with the first page that is closed, and the page's own policy must hold. */
const NOT_HERE: readonly string[] = ['--single-process', '--disable-web-security'];

/** The package holds Chromium for 64-bit Linux. Elsewhere an installed Chrome is used; without one, undefined: the
 * caller says that these tests were left out. */
export async function launchBrowser(): Promise<Browser | undefined> {
  // LANG=C would make a language tag that the browser's own Intl refuses.
  const env = { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8' };
  if (process.platform === 'linux' && process.arch === 'x64')
    return chromium.launch({
      executablePath: await sparticuz.executablePath(),
      args: sparticuz.args.filter((arg) => !NOT_HERE.includes(arg)),
      env,
    });
  return chromium.launch({ channel: 'chrome', env }).catch(() => undefined);
}

/** Builds the page into a folder of its own, so that no test runs against yesterday's `dist`. */
export async function buildPage(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(join(tmpdir(), 'audit-stream-page-'));
  const vite = join(ROOT, 'node_modules/vite/bin/vite.js');
  const args = [vite, 'build', 'dashboard', '--logLevel', 'warn', '--emptyOutDir', '--outDir', dir];
  await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  return { dir, remove: () => rm(dir, { recursive: true, force: true }) };
}
