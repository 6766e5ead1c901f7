/** The Lambdas' log lines, structured by Powertools; the stream's calls log through it too. */
import { Logger } from '@aws-lambda-powertools/logger';
import type { Log } from '../src/stream/log.ts';

export const logger = new Logger({ serviceName: 'audit-stream' });

export const log: Log = (level, message, fields) => logger[level](message, { ...fields });
