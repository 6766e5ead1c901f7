import middy from '@middy/core';
import inputOutputLogger from '@middy/input-output-logger';
import { answer } from './answer.ts';

export const handler = middy()
  .use(
    inputOutputLogger({
      logger: (request) => void process.stdout.write(`${JSON.stringify(request)}\n`),
      omitPaths: ['event.headers.authorization'],
    }),
  )
  .handler(answer);
