/** Bundles each Lambda to `dist/lambdas/<name>/index.js`, small and with nothing that it does not use. */
import { mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const LAMBDAS = [
  'stream/connect',
  'stream/disconnect',
  'stream/subscribe',
  'stream/pull',
  'stream/operate',
  'stream/broadcast',
  'stream/fan-out',
  'stream/record',
  'stream/journal',
  'sinks/deliver',
  'alerts/detect',
  'alerts/tick',
  'alerts/pagerduty-webhook',
];
const OUT = fileURLToPath(new URL('../dist/lambdas/', import.meta.url));

/** CommonJS, because the SDK loads 20 to 28 ms faster from it. */
export async function bundle(entry: string, outDir: string): Promise<number> {
  const build = await rolldown({
    input: entry,
    platform: 'node',
    logLevel: 'warn',
    treeshake: true,
  });
  mkdirSync(outDir, { recursive: true });
  await build.write({
    dir: outDir,
    entryFileNames: 'index.js',
    chunkFileNames: '[name]-[hash].js',
    format: 'cjs',
    minify: true,
  });
  await build.close();
  // The package around it is ESM; in Lambda, where nothing is around it, the file is not read.
  writeFileSync(`${outDir}/package.json`, '{"type":"commonjs"}\n');
  return statSync(`${outDir}/index.js`).size;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  rmSync(OUT, { recursive: true, force: true });
  for (const lambda of LAMBDAS) {
    const name = basename(lambda);
    const entry = fileURLToPath(new URL(`./${lambda}.ts`, import.meta.url));
    const bytes = await bundle(entry, OUT + name);
    if (process.stdout.isTTY) console.log(`${name.padEnd(10)} ${Math.ceil(bytes / 1024)} KB`);
  }
}
