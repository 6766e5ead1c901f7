/** The built page and its assets, from memory: what is not in the folder at the first request is not served. */
import { readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import type { Answer } from './answer.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
/** Vite names assets for their content, so they never change. */
const NEVER_CHANGES = 'public, max-age=31536000, immutable';

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Audit Stream</title>
<h1>The page has not been built</h1><p>Run <code>npm run build:dashboard</code> (or <code>npm start</code>, which does) and reload. The stream and the door work without it.</p></html>`;

/** Finds the file for a path. `connectTo`: the stream's address, the only one beside its own that the page may talk to. */
export function makePage(dir: string, connectTo: string): (path: string) => Answer | undefined {
  let files: ReadonlyMap<string, Buffer> | undefined;
  const html = { 'content-security-policy': policy(connectTo), 'cache-control': 'no-cache' };

  return (path) => {
    files ??= load(dir);
    if (path === '/' && !files)
      return { status: 503, headers: { ...html, 'content-type': TYPES['.html'] as string }, body: NOT_BUILT };
    const name = path === '/' ? '/index.html' : path;
    const body = files?.get(name);
    if (!body) return undefined;
    const type = TYPES[extname(name)] ?? 'application/octet-stream';
    const caching = name.startsWith('/assets/')
      ? { 'cache-control': NEVER_CHANGES }
      : { 'cache-control': 'no-cache' };
    return {
      status: 200,
      headers: { ...(name.endsWith('.html') ? html : caching), 'content-type': type },
      body,
    };
  };
}

function policy(connectTo: string): string {
  return [
    "default-src 'self'",
    `connect-src 'self' ${connectTo}`,
    // The virtual table and the plots place things by style attributes.
    "style-src 'self' 'unsafe-inline'",
    "img-src 'self' data:",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Only what lies in the folder has a name, so no path can climb out of it. */
function load(dir: string): ReadonlyMap<string, Buffer> | undefined {
  try {
    const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    const named = files.map((entry) => {
      const file = join(entry.parentPath, entry.name);
      return [`/${relative(dir, file).split(sep).join('/')}`, readFileSync(file)] as const;
    });
    const found = new Map(named);
    return found.has('/index.html') ? found : undefined;
  } catch {
    return undefined;
  }
}
