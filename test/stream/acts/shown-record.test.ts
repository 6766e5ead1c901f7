import { expect, test } from '@jest/globals';
import type { AlertRecord, AlertStep } from '../../../src/domain/alert/alert-record.ts';
import { bytesOf, MAX_BYTES } from '../../../src/stream/acts/fitting.ts';
import { shownRecord } from '../../../src/stream/acts/shown-record.ts';
import { anAlert } from '../../builders/an-alert.ts';

const WIDE = '\u6f22';
const TIME = '2026-11-01T12:00:00.000Z';
const aStep = (sequence: number, channels: readonly string[] = ['page']): AlertStep => ({
  sequence,
  change: sequence === 1 ? 'fired' : 'merged',
  occurredAt: TIME,
  count: sequence,
  channels,
});

test('what fits is shown as it is', () => {
  const record: AlertRecord = { alert: anAlert({ message: 'm'.repeat(4_096) }), steps: [aStep(1)] };
  expect(shownRecord(record)).toBe(record);
});

test('of steps that are told to very many, the first and the latest stay', () => {
  const channels = Array.from({ length: 60 }, (_, i) => `destination-of-alerts-${i}`);
  const steps = Array.from({ length: 40 }, (_, i) => aStep(i + 1, channels));
  const alert = anAlert({ channels });
  const shown = shownRecord({ alert, steps });
  expect(shown.trimmed).toEqual(['steps']);
  expect(shown.alert).toEqual(alert);
  expect(shown.steps[0]).toEqual(steps[0]);
  expect(shown.steps.slice(1)).toEqual(steps.slice(1 - shown.steps.length));
  expect(shown.steps.length).toBeGreaterThan(5);
});

test('the largest record that a detector can make fits, and says what it is about', () => {
  const person = { id: WIDE.repeat(1_024), name: WIDE.repeat(2_048) };
  const channels = Array.from({ length: 100 }, (_, i) => `${'c'.repeat(37)}${i}`);
  const alert = anAlert({
    title: WIDE.repeat(256),
    message: WIDE.repeat(4_096),
    group: Object.fromEntries(Array.from({ length: 16 }, (_, i) => [`metadata.${i}`, WIDE.repeat(1_024)])),
    labels: Object.fromEntries(Array.from({ length: 64 }, (_, i) => [`label-${i}`, WIDE.repeat(2_048)])),
    samples: Array.from({ length: 5 }, (_, i) => ({
      id: `e${i}`,
      occurredAt: TIME,
      action: 'mfa.disabled',
      outcome: 'success' as const,
      actor: { type: 'user' as const, ...person },
      message: WIDE.repeat(200),
    })),
    acknowledgedBy: person,
    channels,
  });
  const steps = Array.from({ length: 40 }, (_, i) => ({ ...aStep(i + 1, channels), by: person }));
  const shown = shownRecord({ alert, steps });
  expect(bytesOf(shown)).toBeLessThan(MAX_BYTES + 2_000);
  const { alertId, status, severity, rule, title, firstAt, lastAt, count } = alert;
  expect(shown.alert).toMatchObject({ alertId, status, severity, rule, title, firstAt, lastAt, count });
  expect(shown.trimmed).toEqual(expect.arrayContaining(['samples', 'steps', 'labels', 'group']));
});
