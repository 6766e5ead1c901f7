import { expect, test } from '@jest/globals';
import type { HttpResult } from '../../src/aws/http/pool.ts';
import type { RequestBody } from '../../src/aws/http/request-body.ts';
import { makeReadSecret } from '../../src/aws/read-secret.ts';

/** AWS's two stores as far as one answer goes; every request is written down. */
function aws(status: number, answer: object | string) {
  const asked: { target: string | undefined; input: unknown }[] = [];
  const client = {
    withHeaders:
      (headers: Readonly<Record<string, string>>) =>
      async (_method: string, _path: string, _timeoutMs: number, body?: RequestBody): Promise<HttpResult> => {
        asked.push({ target: headers['x-amz-target'], input: JSON.parse(body?.latin1 ?? '') });
        const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
        return { kind: 'answered', status, head: '', body: Buffer.from(text), isLast: false };
      },
  };
  return { asked, read: makeReadSecret({ secretsManager: client, parameterStore: client }) };
}

test('a secret of Secrets Manager, whole or one field of it', async () => {
  const whole = aws(200, { SecretString: 'abc\n' });
  expect(await whole.read({ secret: 'name' })).toBe('abc');
  expect(whole.asked).toEqual([{ target: 'secretsmanager.GetSecretValue', input: { SecretId: 'name' } }]);
  const json = aws(200, { SecretString: '{"apiKey":"abc","other":1}' });
  expect(await json.read({ secret: 'name', field: 'apiKey' })).toBe('abc');
  await expect(json.read({ secret: 'name', field: 'other' })).rejects.toThrow('has no field other');
});

test('a parameter of Parameter Store, decrypted', async () => {
  const { asked, read } = aws(200, { Parameter: { Value: 'abc' } });
  expect(await read({ parameter: '/name' })).toBe('abc');
  expect(asked).toEqual([
    { target: 'AmazonSSM.GetParameter', input: { Name: '/name', WithDecryption: true } },
  ]);
});

test('what cannot be read is an error by AWS’s name, tried again only where that may help, and never holds the secret', async () => {
  const denied = aws(400, { __type: 'AccessDeniedException', message: 'no' });
  await expect(denied.read({ secret: 'name' })).rejects.toMatchObject({ name: 'AccessDeniedException' });
  expect(denied.asked).toHaveLength(1);
  const throttled = aws(400, { __type: 'ThrottlingException' });
  await expect(throttled.read({ secret: 'name' })).rejects.toMatchObject({ name: 'ThrottlingException' });
  expect(throttled.asked).toHaveLength(3);
  const text = aws(200, { SecretString: 'hunter2' });
  await expect(text.read({ secret: 'name', field: 'key' })).rejects.toThrow(
    /^the secret is no JSON, so it has no field key$/,
  );
  await expect(aws(200, {}).read({ secret: 'name' })).rejects.toThrow('the secret is empty');
});
