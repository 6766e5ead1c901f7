/** AWS's Lambda Runtime Interface Emulator for tests: one binary out of AWS's own `aws-sam-cli` wheel, fetched once. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const CACHE = fileURLToPath(new URL('../.cache/', import.meta.url));
const WHEEL = 'aws-sam-cli==1.170.0';

/** Of the binary, by Node's name of the processor. */
const BINARIES: Readonly<Record<string, { readonly file: string; readonly sha256: string }>> = {
  x64: {
    file: 'aws-lambda-rie-x86_64',
    sha256: '6b1e686e62ab2baf5759c412c4864276ef2a88b094fca53ec070637ccba9b9a5',
  },
  arm64: {
    file: 'aws-lambda-rie-arm64',
    sha256: 'ec2e5d09633d853834c008b1ef264bf834b258a94d551d2b2074966494b39a21',
  },
};

/** Where the binary is, or why it cannot be had on this machine. */
export type LambdaPart = { readonly binary: string } | { readonly missing: string };

export function lambdaRie(): LambdaPart {
  const wanted = BINARIES[process.arch];
  if (process.platform !== 'linux' || wanted === undefined)
    return { missing: `there is no Lambda emulator for ${process.platform} on ${process.arch}` };
  const binary = join(CACHE, `${wanted.file}-1.170.0`);
  const problem = existsSync(binary) ? undefined : fetchTo(binary, wanted);
  return problem === undefined ? { binary } : { missing: problem };
}

/** Unpacks beside and moves into place, so that two test workers cannot see half of it. */
function fetchTo(binary: string, { file, sha256 }: { file: string; sha256: string }): string | undefined {
  const work = `${binary}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  try {
    const pip = [
      '-m',
      'pip',
      'download',
      '-q',
      '--disable-pip-version-check',
      '--no-deps',
      WHEEL,
      '-d',
      work,
    ];
    const got = spawnSync('python3', pip, { encoding: 'utf8', timeout: 180_000 });
    if (got.error) return 'Python 3 is not installed';
    if (got.status !== 0)
      return `pip could not fetch ${WHEEL}: ${got.stderr.trimEnd().split('\n').at(-1) ?? ''}`;
    const wheel = readdirSync(work).find((name) => name.endsWith('.whl')) ?? '';
    spawnSync('python3', ['-m', 'zipfile', '-e', join(work, wheel), work]);
    const unpacked = join(work, 'samcli/local/rapid', file);
    const found = createHash('sha256').update(readFileSync(unpacked)).digest('hex');
    if (found !== sha256) return `${file} has the checksum ${found}, and should have ${sha256}`;
    chmodSync(unpacked, 0o755);
    renameSync(unpacked, binary);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
