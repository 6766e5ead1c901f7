/** Builds a silence that is on from 2026-11-01T12:00Z for two hours; a test names only what matters to it. */
import type { Silence } from '../../src/domain/alert/silence.ts';

export function aSilence(fields: Partial<Silence> = {}): Silence {
  return {
    id: 'silence-1',
    tenantId: 'acme',
    match: { rule: { id: ['mfa-disabled'] } },
    from: '2026-11-01T12:00:00.000Z',
    until: '2026-11-01T14:00:00.000Z',
    author: { id: 'ada', name: 'Ada Moreau' },
    comment: 'Keys are being exchanged',
    ...fields,
  };
}
