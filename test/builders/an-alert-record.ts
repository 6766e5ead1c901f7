/** What is kept of an alert, as the server tells it; a test names only what matters to it. */
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { AlertRecord, AlertStep } from '../../src/domain/alert/alert-record.ts';
import { anAlert } from './an-alert.ts';

export function anAlertRecord(fields: Partial<Alert> = {}, steps?: readonly AlertStep[]): AlertRecord {
  const alert = anAlert(fields);
  return { alert, steps: steps ?? [aStep({ sequence: alert.sequence, change: alert.change })] };
}

export function aStep(fields: Partial<AlertStep> = {}): AlertStep {
  return {
    sequence: 1,
    change: 'fired',
    occurredAt: '2026-11-01T12:00:05.000Z',
    count: 1,
    channels: ['page', 'slack'],
    ...fields,
  };
}
