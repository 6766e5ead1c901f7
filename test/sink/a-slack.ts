/** A Slack workspace in memory, as strict as its contract: what is not valid is refused, updates and threads need a message
 * that is there, and who sends too fast is told to wait. */
import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import type { Alert } from '../../src/domain/alert/alert.ts';
import type { Answer } from '../../src/sink/judge-status.ts';
import type { Send, Unanswered } from '../../src/sink/send.ts';
import type { AlertRef, SinkRequest } from '../../src/sink/sink.ts';
import { slack } from '../../src/sink/slack.ts';

export function slackContract(name: string) {
  return JSON.parse(readFileSync(new URL(`../data/contracts/slack-${name}.json`, import.meta.url), 'utf8'));
}

const schema = slackContract('message.alert-subset.schema');
const ajv = new Ajv2020({ strict: false });
const isMessage = ajv.compile(schema);
/** The contract wants blocks in every message; a reply, and what is told plainly, has text alone. */
const isText = ajv.compile({
  ...schema,
  required: ['text'],
  properties: { ...schema.properties, blocks: { type: 'array' } },
});
const { paths } = slackContract('web-api-chat.openapi');

/** Where fewest refusals are seen: 13,200 in all. https://github.com/slackapi/bolt-js/issues/2509 */
const MAX_SUM = 13_000;
export const CHANNEL = 'C0123ABCD';
export const HOOK = 'https://hooks.slack.com/services/T0/B0/not-for-logs';

export interface Body {
  readonly channel?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly text: string;
  readonly blocks?: readonly Readonly<Record<string, unknown>>[];
}

export interface Shown {
  readonly ts: string;
  readonly atMs: number;
  text: string;
  blocks: NonNullable<Body['blocks']>;
  edits: number;
  readonly replies: string[];
}

export const SETTINGS = {
  token: 'xoxb-1',
  channel: CHANNEL,
  webhookUrl: undefined,
  apiUrl: 'https://slack.com',
  mention: [],
  mentionFrom: 'high',
  dashboardUrl: undefined,
} as const;

/** What is sent for a notice with these settings. */
export function bodiesOf(
  alert: Alert,
  settings: Parameters<typeof slack.requests>[1],
  ref?: AlertRef,
  isPlain = false,
): readonly Body[] {
  const planned = slack.requests(alert, settings, ref, 0, isPlain);
  if ('kind' in planned) throw new Error(planned.reason);
  return planned.map(({ body }) => JSON.parse(body) as Body);
}

/** Undefined where a message is as the contract has it. */
export function faultOf(body: Body): string | undefined {
  const isPlain = (body.blocks ?? []).length === 0;
  const isValid = isPlain ? isText : isMessage;
  if (!isValid(body)) return JSON.stringify(isValid.errors);
  if (JSON.stringify(body.blocks ?? []).length > MAX_SUM) return 'msg_blocks_too_long';
  return body.text.length < 4_000 ? undefined : 'msg_too_long';
}

export interface WorkspaceOptions {
  readonly now: () => number;
  readonly token?: string;
  /** What goes wrong before Slack looks at a request, if anything. */
  readonly trouble?: (method: string, body: Body) => Answer | Unanswered | undefined;
  /** What becomes of an answer on its way. */
  readonly lose?: (method: string, body: Body) => boolean;
}

export function aSlack({ now, token = 'a-secret-of-the-vendor', trouble, lose }: WorkspaceOptions) {
  const shown: Shown[] = [];
  const calls: { readonly method: string; readonly body: Body; readonly request: SinkRequest }[] = [];
  const refused: string[] = [];
  const updatesMs: number[] = [];
  let lastPostMs = Number.NEGATIVE_INFINITY;
  let made = 0;

  const send: Send = async (request) => {
    const method = request.url === HOOK ? 'webhook' : request.url.replace('https://slack.com/api/', '');
    const body = JSON.parse(request.body) as Body;
    calls.push({ method, body, request });
    await Promise.resolve();
    const first = trouble?.(method, body);
    if (first) return first;
    const answer = method === 'webhook' ? hook(body) : webApi(method, body, request);
    return lose?.(method, body) ? { kind: 'unanswered', reason: 'timeout' } : answer;
  };

  return {
    send,
    calls,
    /** Messages of the channel, the oldest first; replies are with theirs. */
    shown,
    /** Why, each time that something was not taken. */
    refused,
    remove: (ts: string) =>
      shown.splice(
        shown.findIndex((one) => one.ts === ts),
        1,
      ),
  };

  function webApi(method: string, body: Body, { headers, gzip }: SinkRequest): Answer {
    const [path] = Object.keys(paths).filter((one) => one.endsWith(method));
    if (path === undefined || gzip) return refuse('unknown_method');
    if (headers.authorization !== `Bearer ${token}`) return refuse('invalid_auth');
    if (headers['content-type'] !== 'application/json; charset=utf-8') return refuse('invalid_post_type');
    const { parameters } = paths[path].post;
    const known = (parameters as { name: string }[]).map(({ name }) => name);
    if (Object.keys(body).some((name) => !known.includes(name))) return refuse('invalid_arg_name');
    const fault = faultOf(body);
    if (fault !== undefined) return refuse('invalid_blocks', fault);
    if (body.channel !== CHANNEL) return refuse('channel_not_found');
    return method === 'chat.update' ? update(body) : post(body);
  }

  function hook(body: Body): Answer {
    const fault = faultOf(body);
    if (fault !== undefined) {
      refused.push(fault);
      return say(400, 'invalid_blocks');
    }
    if (now() - lastPostMs < 1_000) return tooFast();
    put(body);
    return say(200, 'ok');
  }

  function post(body: Body): Answer {
    if (now() - lastPostMs < 1_000) return tooFast();
    const { thread_ts: thread } = body;
    if (thread === undefined)
      return say(200, JSON.stringify({ ok: true, channel: CHANNEL, ts: put(body).ts }));
    const parent = shown.find(({ ts }) => ts === thread);
    if (!parent) return refuse('thread_not_found');
    lastPostMs = now();
    parent.replies.push(body.text);
    return say(200, JSON.stringify({ ok: true, channel: CHANNEL, ts: nextTs() }));
  }

  function update(body: Body): Answer {
    const recent = updatesMs.filter((ms) => now() - ms < 60_000);
    if (recent.length >= 50) return tooFast();
    updatesMs.push(now());
    const found = shown.find(({ ts }) => ts === body.ts);
    if (!found) return refuse('message_not_found');
    found.edits++;
    found.text = body.text;
    // What does not come with an update stays as it was.
    found.blocks = body.blocks ?? found.blocks;
    return say(200, JSON.stringify({ ok: true, channel: CHANNEL, ts: found.ts, text: body.text }));
  }

  function put({ text, blocks = [] }: Body): Shown {
    lastPostMs = now();
    const one = { ts: nextTs(), atMs: now(), text, blocks, edits: 0, replies: [] };
    shown.push(one);
    return one;
  }

  /** As Slack's: as a number it would lose its last digits. */
  function nextTs(): string {
    return `${1_700_000_000 + made}.${String(++made * 100).padStart(6, '0')}`;
  }

  function tooFast(): Answer {
    refused.push('ratelimited');
    return { ...say(429, '{"ok":false,"error":"ratelimited"}'), headers: { 'retry-after': '1' } };
  }

  function refuse(error: string, detail = error): Answer {
    refused.push(detail);
    return say(200, JSON.stringify({ ok: false, error }));
  }
}

export function say(status: number, body: string): Answer {
  return { kind: 'answered', status, headers: {}, body };
}
