/** Codes of deliveries in words that say what to look at. */
import type {
  DeliveryAttempt,
  DestinationState,
  OutcomeCount,
  OutcomeKind,
} from '../../../src/domain/deliveries.ts';
import { showClock } from '../view/show-time.ts';

const REASONS: Readonly<Record<string, string>> = {
  http_400: 'it refuses the request (400)',
  http_401: 'the key is refused (401)',
  http_403: 'the key is refused, or may not do this (403)',
  http_404: 'there is nothing at its address (404)',
  http_410: 'its address is gone for good (410)',
  http_408: 'it waited too long for the request (408)',
  http_413: 'the request is too large for it (413)',
  http_429: 'it wants fewer requests (429)',
  timeout: 'no answer in time',
  ECONNREFUSED: 'nobody listens at its address',
  ECONNRESET: 'the connection was cut',
  EPIPE: 'the connection was cut',
  ENOTFOUND: 'its name is not known',
  EAI_AGAIN: 'its name cannot be looked up now',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  secret_unreadable: 'its secret cannot be read',
  pace: 'it takes one message at a time',
  retries_exhausted: 'tried for as long as it may wait',
  invalid_event: 'it is no valid event',
  too_large: 'the event is too large for it',
  id_conflict: 'another event has the same id',
  tenant_not_allowed: 'its producer may not write into its tenant',
  private_address: 'its address is not public',
};

export function reasonInWords(reason: string): string {
  const known = Object.hasOwn(REASONS, reason) ? REASONS[reason] : undefined;
  if (known !== undefined) return known;
  const [, status] = /^http_(\d{3})$/.exec(reason) ?? [];
  if (status === undefined) return reason;
  return Number(status) >= 500 ? `it is in trouble (${status})` : `it answered ${status}`;
}

export function stateInWords(state: DestinationState): string {
  switch (state.kind) {
    case 'well':
      return 'Well';
    case 'paused':
      return state.untilMs === undefined
        ? `Failing: ${reasonInWords(state.reason)}. Tried again as soon as something is due`
        : `Paused until ${showClock(state.untilMs)}: ${reasonInWords(state.reason)}`;
    case 'misconfigured': {
      const until = state.untilMs === undefined ? '' : `. Looked at again at ${showClock(state.untilMs)}`;
      return `Set up wrongly: ${reasonInWords(state.reason)}${until}`;
    }
  }
}

export const OUTCOMES_IN_WORDS: Readonly<Record<OutcomeKind, string>> = {
  delivered: 'delivered',
  retry: 'tried again',
  rejected: 'given up',
  misconfigured: 'set up wrongly',
  split: 'sent in halves',
  again: 'put another way',
};

export function answerInWords(answer: DeliveryAttempt['answer']): string {
  return 'status' in answer ? String(answer.status) : answer.reason;
}

/** The one that needs a look first. */
export function worstOf(outcomes: readonly OutcomeCount[]): OutcomeKind {
  return BY_WORTH.find((kind) => outcomes.some((outcome) => outcome.kind === kind)) ?? 'delivered';
}

const BY_WORTH: readonly OutcomeKind[] = [
  'rejected',
  'misconfigured',
  'retry',
  'split',
  'again',
  'delivered',
];

export function durationInWords(ms: number): string {
  return ms < 1_000 ? `${Math.round(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`;
}

export function bytesInWords(bytes: number): string {
  return bytes < 1_024 ? `${bytes} B` : `${(bytes / 1_024).toFixed(1)} KB`;
}
