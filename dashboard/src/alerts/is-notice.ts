/** Whether a push has all that the page shows of an alert: a large one comes trimmed. */
import type { Alert } from '../../../src/domain/alert/alert.ts';

export function isNotice(value: unknown): value is Alert {
  if (typeof value !== 'object' || value === null) return false;
  const { alertId, sequence, status, severity, title, rule, count, firstAt } = value as Partial<Alert>;
  return (
    [alertId, status, severity, title, firstAt, rule?.id, rule?.name].every(
      (text) => typeof text === 'string',
    ) && [sequence, count].every((number) => typeof number === 'number')
  );
}
