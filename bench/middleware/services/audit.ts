import middy from '@middy/core';
import { audit } from '../../../src/audit/index.ts';
import { answer } from './answer.ts';

export const handler = middy()
  .use(audit({ service: 'orders' }))
  .handler(answer);
