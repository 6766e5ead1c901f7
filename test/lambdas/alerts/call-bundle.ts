/** Bundles a Lambda, lays files beside it, and calls it as Lambda does, in a process of its own:
 * `node call-bundle.ts LAMBDA FOLDER BESIDE EVENTS`. Says its answers as JSON. */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from '../../../lambdas/build.ts';

const [lambda = '', folder = '', beside = '{}', events = '[]'] = process.argv.slice(2);
await bundle(fileURLToPath(new URL(`../../../lambdas/${lambda}.ts`, import.meta.url)), folder);
for (const [name, text] of Object.entries(JSON.parse(beside) as Record<string, string>))
  writeFileSync(join(folder, name), text);
const { handler } = createRequire(import.meta.url)(join(folder, 'index.js')) as {
  handler(event: unknown, context: object): Promise<unknown>;
};
const answers: unknown[] = [];
for (const event of JSON.parse(events) as unknown[])
  answers.push(
    await handler(event, {
      awsRequestId: randomUUID(),
      functionName: 'webhook',
      getRemainingTimeInMillis: () => 10_000,
    }),
  );
// Lambda's log is on stdout too. The process ends when what it has to send is sent.
console.log(`\nANSWERS ${JSON.stringify(answers)}`);
