import { opensearch } from '../../../src/sink/opensearch.ts';
import { ours } from './ours.ts';

export const make = ours(opensearch, (url) => ({ url, product: 'opensearch', index: 'audit' }));
