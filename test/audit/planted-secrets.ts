/** Plants secrets wherever a request, an answer, an error or the service itself may have one, and looks for them in record,
 * journal and log. */
import { deepEqual } from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import middy from '@middy/core';
import fc from 'fast-check';
import { audit } from '../../src/audit/index.ts';
import { parseAuditEvent } from '../../src/domain/event/parse-audit-event.ts';

const sample = JSON.parse(
  readFileSync(new URL('../data/lambda-events/http-api.json', import.meta.url), 'utf8'),
);

const letters = (chars: string, min: number, max = min) =>
  fc.array(fc.constantFrom(...chars), { minLength: min, maxLength: max }).map((list) => list.join(''));
const ALNUM = 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789';
const UPPER = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

interface Secret {
  /** As it stands in a text. */
  readonly text: string;
  /** What must not be found. */
  readonly core: string;
}
const itself = (core: string): Secret => ({ text: core, core });

/** With its check digit, written in one of the usual ways. */
const card = fc
  .tuple(fc.constantFrom('4', '51', '2221', '6011'), letters('0123456789', 15), fc.constantFrom('', ' ', '-'))
  .map(([prefix, rest, between]) => {
    const digits = (prefix + rest).slice(0, 15);
    const sum = [...digits].reduce((all, char, i) => {
      const twice = Number(char) * (i % 2 === 0 ? 2 : 1);
      return all + (twice > 9 ? twice - 9 : twice);
    }, 0);
    const whole = `${digits}${(10 - (sum % 10)) % 10}`;
    return itself((whole.match(/.{4}/g) as string[]).join(between));
  });

const byForm: fc.Arbitrary<Secret> = fc.oneof(
  card,
  fc
    .tuple(letters(ALNUM, 12, 30), letters(ALNUM, 12, 60), letters(ALNUM, 12, 40))
    .map((parts) => itself(`eyJ${parts.join('.')}`)),
  fc
    .tuple(fc.constantFrom('Bearer', 'bearer', 'BEARER'), letters(ALNUM, 20, 60))
    .map(([word, core]) => ({ text: `${word} ${core}`, core })),
  letters(UPPER, 16).map((rest) => itself(`AKIA${rest}`)),
  letters(ALNUM, 37).map((rest) => itself(`aB3${rest}`)),
  letters(ALNUM, 36).map((rest) => itself(`ghp_${rest}`)),
  letters(ALNUM, 64).map((core) => ({
    text: `-----BEGIN RSA PRIVATE KEY-----\n${core}\n-----END RSA PRIVATE KEY-----`,
    core,
  })),
);

const named = fc.record({
  name: fc.constantFrom(
    'password',
    'Password',
    'userPassword',
    'client_secret',
    'clientSecret',
    'access_token',
    'refreshToken',
    'X-Api-Key',
    'apiKey',
    'API_KEY',
    'authorization',
    'Set-Cookie',
    'privateKey',
    'session-id',
    'cvv',
    'passwordHash',
  ),
  core: letters(ALNUM, 12, 30),
});

/** Any JSON with secrets in it: as a text among texts, as a key, under a name. */
const planted = fc
  .tuple(fc.jsonValue({ maxDepth: 3 }), fc.array(byForm, { maxLength: 3 }), named)
  .map(([any, formed, { name, core }]) => {
    const cores = [...formed.map((secret) => secret.core), core];
    const texts = formed.map(({ text }) => `seen ${text} here`);
    const value = {
      any,
      texts,
      deep: [{ [name]: core, list: [{ [name]: { value: core } }, texts] }],
      ...Object.fromEntries(formed.map(({ text }, i) => [text, i])),
    };
    return { value, cores };
  });

/** Keys that are no names stand in an attribute. */
function xml(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  return Object.entries(value)
    .map(([key, inner]) => {
      const name = /^[a-zA-Z_][\w.-]{0,20}$/.test(key) ? key : 'entry';
      return `<${name} key="${name === key ? '' : key}">${xml(inner)}</${name}>`;
    })
    .join('');
}

const bodyOf = fc.constantFrom<(value: object) => { body: string; type: string; isBase64Encoded?: boolean }>(
  (value) => ({ body: JSON.stringify(value), type: 'application/json' }),
  (value) => ({ body: JSON.stringify(value), type: 'text/plain' }),
  (value) => ({ body: JSON.stringify(value, null, 2).slice(0, -2), type: 'application/json' }),
  (value) => ({ body: `<all>${xml(value)}</all>`, type: 'application/xml' }),
  (value) => ({ body: JSON.stringify({ pad: 'x'.repeat(9_000), value }), type: 'application/json' }),
  (value) => ({
    body: Buffer.from(JSON.stringify(value)).toString('base64'),
    type: 'application/json; charset=utf-8',
    isBase64Encoded: true,
  }),
);

const scene = fc.record({
  request: planted,
  response: planted,
  said: planted,
  form: named,
  inError: byForm,
  inHeader: byForm,
  inPath: byForm,
  asClaim: byForm,
  header: named,
  how: bodyOf,
  throws: fc.boolean(),
  journalled: fc.boolean(),
});

/** Throws with the first that leaked, and how to see it again. */
export async function plantSecrets(runs: number, seed: number): Promise<void> {
  const written: string[] = [];
  const catchAll = (text: unknown) => {
    written.push(String(text));
    return true;
  };
  const { write } = process.stdout;
  const { error: sayError } = console;
  process.stdout.write = catchAll as typeof write;
  console.error = catchAll;
  try {
    await fc.assert(
      fc.asyncProperty(scene, async (given) => {
        written.length = 0;
        const records: unknown[] = [];
        const { request, response, said, header, form } = given;
        const asked = given.how(request.value);
        const answered = given.how(response.value);
        const handler = middy()
          .use(
            audit({
              service: 'billing',
              bodies: 'both',
              maxBodyBytes: 8_000,
              headers: ['content-type', 'x-note', header.name],
              enrich: (record) => ({
                ...record,
                metadata: { said: said.value },
                changes: [
                  { path: `account.${form.name}`, op: 'replace', before: form.core, after: `${form.core}!` },
                  { path: 'account', op: 'replace', before: said.value, after: given.inError.text },
                ],
              }),
              deliver: (record) => {
                records.push(record);
                if (given.journalled) throw new Error(`no bus for ${given.inError.text}`);
              },
            }),
          )
          .handler(async () => {
            if (given.throws) throw new Error(`cannot use ${given.inError.text}`);
            return {
              statusCode: 200,
              headers: { 'content-type': answered.type, [header.name]: header.core },
              body: answered.body,
              isBase64Encoded: answered.isBase64Encoded ?? false,
            };
          });
        const event = {
          ...sample,
          routeKey: 'POST /things/{thing}',
          rawPath: `/things/ ${given.inPath.text} `,
          pathParameters: { thing: given.inPath.text },
          headers: {
            'content-type': asked.type,
            'x-note': `see ${given.inHeader.text}`,
            'user-agent': `agent ${given.inHeader.text}`,
            'x-correlation-id': given.inHeader.text,
            [header.name]: header.core,
          },
          queryStringParameters: { [form.name]: form.core, q: given.inHeader.text },
          requestContext: {
            ...sample.requestContext,
            authorizer: {
              jwt: {
                claims: {
                  sub: 'u-1',
                  name: `Ada ${given.asClaim.text}`,
                  email: given.asClaim.text,
                },
              },
            },
          },
          body: asked.body,
          isBase64Encoded: asked.isBase64Encoded ?? false,
        };
        await handler(event as never, { awsRequestId: 'r-1' } as never).catch(() => undefined);
        deepEqual(records, [parseAuditEvent(records[0])]);
        const all = JSON.stringify(records) + written.join('');
        const cores = [
          ...request.cores,
          ...response.cores,
          ...said.cores,
          given.inError.core,
          given.inHeader.core,
          given.inPath.core,
          given.asClaim.core,
          header.core,
          form.core,
        ];
        for (const core of cores)
          if (all.includes(core) || all.includes(JSON.stringify(core).slice(1, -1)))
            throw new Error(
              `leaked ${core}: …${all.slice(Math.max(0, all.indexOf(core) - 200), all.indexOf(core) + 60)}`,
            );
      }),
      { numRuns: runs, seed },
    );
  } finally {
    process.stdout.write = write;
    console.error = sayError;
  }
}
