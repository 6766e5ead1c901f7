import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';

/** In a process of its own: the bundler's native part does not take objects of Jest's realm. */
const BUNDLE = `
  import { build } from 'vite';
  const [{ output }] = await build({
    configFile: false,
    logLevel: 'silent',
    build: {
      write: false,
      lib: { entry: 'src/client/index.ts', formats: ['es'], fileName: 'client' },
      rolldownOptions: { output: { minify: true } },
    },
  });
  process.stdout.write(output.map((chunk) => chunk.code).join(''));
`;

test('the whole client is under 10 KB in a browser’s bundle, minified and compressed', () => {
  const code = execFileSync(process.execPath, ['--input-type=module', '-e', BUNDLE], { encoding: 'utf8' });
  const bytes = gzipSync(code).length;
  console.info(`audit-stream/client: ${code.length} bytes minified, ${bytes} gzipped`);
  expect(code).toContain('audit-stream.v1');
  expect(code).not.toMatch(/from\s*["'](node:|ws)/);
  expect(bytes).toBeLessThan(10_000);
});
