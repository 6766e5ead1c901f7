/** What Slack means by its answers: it says what is wrong in the body, often with status 200.
 * https://docs.slack.dev/reference/methods/chat.postMessage#errors
 * https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks#handling_errors */
import { type Answer, retryAfterMs } from '../judge-status.ts';
import type { Verdict } from '../verdict.ts';

/** | | errors |
 * |---|---|
 * | `busy` | tried again, when the answer says |
 * | `later` | tried again in minutes: the workspace is moved, or has sent too much |
 * | `setup` | token, app or webhook: a person has to mend it |
 * | `place` | the channel: a message that is elsewhere is told anew in the channel that is configured, else a person has to mend it |
 * | `gone` | the message cannot be changed or answered: told anew |
 * | `layout` | once more as text alone |
 * | `refused` | never |
 *
 * What is in none of them is sent as text alone, and then tried again. */
const MEANINGS = {
  busy: [
    ...['ratelimited', 'rate_limited', 'request_timeout', 'service_unavailable', 'rollup_error'],
    // Slack may have done it all the same, and has nothing by which it would know the second try.
    ...['internal_error', 'fatal_error'],
  ],
  later: ['team_added_to_org', 'org_login_required', 'message_limit_exceeded'],
  setup: [
    ...['invalid_auth', 'not_authed', 'account_inactive', 'token_revoked', 'token_expired', 'invalid_token'],
    ...['missing_scope', 'no_permission', 'not_allowed_token_type', 'ekm_access_denied', 'access_denied'],
    ...['accesslimited', 'messages_tab_disabled', 'team_not_found', 'action_prohibited'],
    ...['posting_to_general_channel_denied', 'no_service', 'no_service_id', 'no_team', 'team_disabled'],
    ...['no_active_hooks', 'channel_is_archived'],
  ],
  place: [
    ...['channel_not_found', 'not_in_channel', 'is_archived', 'restricted_action'],
    ...['restricted_action_read_only_channel', 'restricted_action_thread_only_channel'],
  ],
  gone: [
    ...['message_not_found', 'cant_update_message', 'edit_window_closed', 'is_inactive'],
    ...['restricted_action_non_threadable_channel', 'restricted_action_thread_locked'],
    'cannot_reply_to_message',
  ],
  layout: [
    ...['invalid_blocks', 'invalid_blocks_format', 'msg_blocks_too_long', 'msg_too_long', 'invalid_payload'],
    ...['too_many_attachments', 'attachment_payload_limit_exceeded', 'metadata_too_large'],
    ...['invalid_metadata_format', 'invalid_metadata_schema', 'metadata_must_be_sent_from_app', 'no_text'],
  ],
  refused: [
    ...['user_not_found', 'too_many_contact_cards', 'markdown_text_conflict', 'invalid_arguments'],
    ...['duplicate_message_not_found', 'duplicate_channel_not_found', 'invalid_arg_name', 'invalid_json'],
    ...['json_not_object', 'invalid_charset', 'invalid_form_data', 'invalid_post_type', 'missing_post_type'],
    ...['deprecated_endpoint', 'method_deprecated'],
  ],
} as const;

type Meaning = keyof typeof MEANINGS;

const meaningOf: ReadonlyMap<string, Meaning> = new Map(
  Object.entries(MEANINGS).flatMap(([meaning, errors]) =>
    errors.map((error) => [error, meaning as Meaning] as const),
  ),
);

/** The body first; undefined leaves it to the status. */
export function judgeSlack(answer: Answer, nowMs: number): Verdict | undefined {
  const { status } = answer;
  const isTaken = status >= 200 && status < 300;
  const said = readBody(answer.body);
  if (said.kind === 'ok' && isTaken) return { kind: 'delivered' };
  if (said.kind === 'error' && (isTaken || meaningOf.has(said.error))) return verdictOf(said, answer, nowMs);
  return isTaken ? { kind: 'retry', reason: 'unreadable_answer', status } : undefined;
}

type Said =
  | { readonly kind: 'ok' | 'unreadable' }
  | { readonly kind: 'error'; readonly error: string; readonly detail?: string };

/** The Web API answers in JSON, a webhook with a word. */
function readBody(body: string): Said {
  const word = body.trim();
  if (word === 'ok') return { kind: 'ok' };
  if (meaningOf.has(word)) return { kind: 'error', error: word };
  const { ok, error, response_metadata: more } = parsed(word);
  if (ok === true) return { kind: 'ok' };
  if (typeof error !== 'string' || !ERROR.test(error)) return { kind: 'unreadable' };
  const [detail] = Array.isArray(more?.messages) ? more.messages : [];
  return { kind: 'error', error, ...(typeof detail === 'string' && { detail: detail.slice(0, 200) }) };
}

interface Body {
  readonly ok?: unknown;
  readonly error?: unknown;
  readonly response_metadata?: { readonly messages?: unknown } | null;
}

function parsed(text: string): Body {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}

function verdictOf(
  { error: reason, detail }: Extract<Said, { kind: 'error' }>,
  answer: Answer,
  nowMs: number,
): Verdict {
  const { status } = answer;
  const rejected = { kind: 'rejected', reason, status, ...(detail !== undefined && { detail }) } as const;
  const misconfigured = { kind: 'misconfigured', reason, status } as const;
  switch (meaningOf.get(reason)) {
    case 'busy': {
      const afterMs = retryAfterMs(answer, nowMs);
      return { kind: 'retry', reason, status, ...(afterMs !== undefined && { afterMs }) };
    }
    case 'later':
      return { kind: 'retry', reason, status, afterMs: LATER_MS };
    case 'setup':
      return misconfigured;
    case 'place':
      return { kind: 'again', way: 'anew', reason, otherwise: misconfigured };
    case 'gone':
      return { kind: 'again', way: 'anew', reason, otherwise: rejected };
    case 'layout':
      return { kind: 'again', way: 'plain', reason, otherwise: rejected };
    case 'refused':
      return rejected;
    default:
      return { kind: 'again', way: 'plain', reason, otherwise: { kind: 'retry', reason, status } };
  }
}

const ERROR = /^[a-z][a-z0-9_]{0,63}$/;
const LATER_MS = 300_000;
