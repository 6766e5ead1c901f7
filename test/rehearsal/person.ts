/** The command line as a person runs it against the emulated deployment: with a token of the issuer, from a command. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Issuer } from './issuer.ts';
import type { MiniStack } from './ministack.ts';
import { type Ran, run } from './run.ts';

const CLI = fileURLToPath(new URL('../../bin/cli.ts', import.meta.url));

/** Somebody of that tenant, with these roles. */
export type Person = (
  tenant: string,
  roles: readonly string[],
  words: readonly string[],
  options: readonly string[],
) => Promise<Ran>;

export function personAt(cloud: MiniStack, issuer: Issuer, streamUrl: string): Person {
  return async (tenant, roles, words, options) => {
    const folder = mkdtempSync(join(tmpdir(), 'audit-stream-token-'));
    try {
      const file = join(folder, 'token');
      writeFileSync(file, await issuer.token(tenant, roles));
      const access = ['--url', streamUrl, '--token-command', `cat ${file}`];
      return await run('node', [CLI, ...words, ...access, ...options], cloud.env);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  };
}
