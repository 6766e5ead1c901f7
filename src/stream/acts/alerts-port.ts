/** What the acts of alerts need from their home. */
import type { Detector } from '../../detect/detector.ts';
import type { AlertRecords, Silences } from '../../detect/ports.ts';

export interface AlertOperations {
  readonly records: AlertRecords;
  readonly silences: Silences;
  /** Rejects when it cannot be done now. */
  readonly act: Detector['act'];
}
