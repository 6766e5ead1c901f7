/** An alert's record as one frame takes it: words of its events, which strangers may make as long as an event lets them,
 * cannot keep it from being seen. */
import type { AlertSample } from '../../domain/alert/alert.ts';
import type { AlertRecord, AlertStep, ShownRecord } from '../../domain/alert/alert-record.ts';
import { cutText } from '../../domain/event/clean-text.ts';
import { wireOf } from '../trim.ts';
import { bytesOf, MAX_BYTES } from './fitting.ts';

/** The words of its samples go first, then steps between the first and the latest, then whatever is largest. */
export function shownRecord(record: AlertRecord): ShownRecord {
  if (bytesOf(record) <= MAX_BYTES) return record;
  const { samples } = record.alert;
  const alert = { ...record.alert, ...(samples && { samples: samples.map(shortened) }) };
  const steps = bytesOf({ ...record, alert }) <= MAX_BYTES ? record.steps : fewer(record.steps);
  const wire = wireOf(alert, MAX_BYTES - bytesOf(steps));
  const trimmed = [
    ...(bytesOf(alert) < bytesOf(record.alert) ? ['samples'] : []),
    ...(steps.length < record.steps.length ? ['steps'] : []),
    ...(wire.trimmed?.paths ?? []),
  ];
  return { alert: JSON.parse(wire.json) as AlertRecord['alert'], steps, trimmed: [...new Set(trimmed)] };
}

function shortened({ actor, message, ...sample }: AlertSample): AlertSample {
  const { id, name } = actor;
  return {
    ...sample,
    actor: { ...actor, id: short(id), ...(name !== undefined && { name: short(name) }) },
    ...(message !== undefined && { message: short(message) }),
  };
}

function short(text: string): string {
  return text.length <= WORDS ? text : `${cutText(text, WORDS - 1)}…`;
}

/** The first, and of the latest as many as half of the room takes. */
function fewer([first, ...rest]: readonly AlertStep[]): readonly AlertStep[] {
  if (first === undefined) return [];
  let bytes = bytesOf(first);
  const from = rest.findLastIndex((step) => {
    bytes += bytesOf(step) + 1;
    return bytes > MAX_BYTES / 2;
  });
  return [first, ...rest.slice(from + 1)];
}

/** Characters of one. */
const WORDS = 200;
