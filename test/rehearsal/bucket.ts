/** A bucket of the emulator's own S3, which checks the signature of the Lambda's role and what the role may. */
import { hash } from 'node:crypto';
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { signedHeaders } from '../../src/sigv4/signer.ts';
import { CREDENTIALS, type MiniStack, REGION } from './ministack.ts';

const NAME = 'audit-rehearsal';

export interface Bucket {
  /** Of the destination. */
  readonly options: object;
  /** Of every line of every object. */
  ids(): Promise<readonly string[]>;
}

export async function makeBucket(cloud: MiniStack): Promise<Bucket> {
  await ask('PUT', `/${NAME}`);
  return {
    options: { endpoint: cloud.url, bucket: NAME, region: REGION, batchWindowMs: 2_000 },
    async ids() {
      const list = await ask('GET', `/${NAME}?list-type=2`);
      const keys = Array.from(list.matchAll(/<Key>(.*?)<\/Key>/g), ([, key = '']) => key);
      const objects = await Promise.all(
        keys.map((key) => ask('GET', `/${NAME}/${key.split('/').map(encodeURIComponent).join('/')}`)),
      );
      return objects.flatMap((lines) =>
        lines
          .trimEnd()
          .split('\n')
          .map((line) => (JSON.parse(line) as AuditEvent).id),
      );
    },
  };

  /** What is stored zipped is unzipped by `fetch`, as its header says. */
  async function ask(method: 'GET' | 'PUT', target: string): Promise<string> {
    const sha256 = hash('sha256', '');
    const headers = signedHeaders(
      {
        service: 's3',
        region: REGION,
        host: new URL(cloud.url).host,
        headers: { 'x-amz-content-sha256': sha256 },
        credentials: () => CREDENTIALS,
        now: Date.now,
      },
      method,
      target,
      sha256,
    );
    const response = await fetch(cloud.url + target, { method, headers });
    if (!response.ok) throw new Error(`${method} ${target}: HTTP ${response.status}`);
    return response.text();
  }
}
