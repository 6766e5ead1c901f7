import { datadog } from '../../../src/sink/datadog.ts';
import { ours } from './ours.ts';

export const make = ours(datadog, (url) => ({
  site: 'datadoghq.com',
  url,
  ddsource: 'audit',
  apiKey: 'key',
}));
