/** Every error of Slack's contract, and what becomes of the notice that meets it. */
import { describe, expect, test } from '@jest/globals';
import { slack } from '../../../src/sink/slack.ts';
import type { Outcome } from '../../../src/stream/ports.ts';
import { aDelivery, aDestination, aNotice } from '../a-delivery.ts';
import { aSlack, CHANNEL, HOOK, say, slackContract } from '../a-slack.ts';

type WebApiError = readonly [error: string, meaning: string, action: string];
type HookError = readonly [status: number, error: string, meaning: string];
const contract = slackContract('chat-postMessage.errors') as {
  readonly errors: readonly WebApiError[];
  readonly 'chat.update': readonly WebApiError[];
};
const hookErrors = (slackContract('incoming-webhook.errors').errors as readonly HookError[]).map(
  ([status, error, meaning]) => [status, error.split(' ')[0] as string, meaning] as const,
);

const app = aDestination('slack', { token: { secret: 'token' }, channel: CHANNEL });
const hook = aDestination('slack', { webhookUrl: { secret: 'hook' } });
const bodyOf = (error: string) => JSON.stringify({ ok: false, error });

/** The class that the contract gives an error, in ends of a notice that meets it again and again. */
const KINDS: Readonly<Record<string, Outcome['kind']>> = {
  retryable: 'retry',
  'retryable-ambiguous': 'retry',
  'retryable-long': 'retry',
  config: 'misconfigured',
  transform: 'rejected',
  permanent: 'rejected',
};

function telling(destination: typeof app, answer: () => ReturnType<typeof say> | undefined) {
  const workspace = aSlack({ now: Date.now, trouble: answer });
  const delivery = aDelivery(destination, {
    send: workspace.send,
    readSecret: async () => (destination === hook ? HOOK : 'a-secret-of-the-vendor'),
  });
  return { ...workspace, ...delivery };
}

describe('Slack’s Web API', () => {
  test.each(contract.errors)('%s, which is %s', async (error, meaning) => {
    const { deliver, calls } = telling(app, () => say(200, bodyOf(error)));
    const [outcome] = await deliver([aNotice()]);
    expect(outcome).toMatchObject({ kind: KINDS[meaning], reason: error, status: 200 });
    if (meaning === 'retryable-long') expect(outcome).toMatchObject({ afterMs: 300_000 });
    // Layout that is refused is sent once more without it; nothing else is tried twice but a key, which may be a new one.
    const isPlain = calls.map(({ body }) => body.blocks === undefined);
    if (meaning === 'config') expect(isPlain).toEqual([false, false]);
    else if (isPlain.length > 1) expect(isPlain).toEqual([false, true]);
    // The word is a webhook's too, where it is worth the try.
    const isMended = meaning === 'transform' || error === 'no_text';
    if (meaning !== 'config' && !isMended) expect(isPlain).toEqual([false]);
  });

  test.each(
    contract.errors.filter(([error, meaning]) => meaning === 'transform' && !/thread|reply/.test(error)),
  )('%s is mended by text alone', async (error) => {
    let faults = 1;
    const { deliver, shown, notes } = telling(app, () =>
      faults-- > 0 ? say(200, bodyOf(error)) : undefined,
    );
    expect(await deliver([aNotice()])).toEqual([{ kind: 'delivered' }]);
    expect(shown).toMatchObject([{ blocks: [], text: expect.stringContaining('MFA switched off for root') }]);
    expect(notes).toEqual({ plain: 1 });
  });

  test.each(contract['chat.update'])('%s of an update means a new message', (error) => {
    const verdict = slack.judge?.(say(200, bodyOf(error)), 1, 0);
    expect(verdict).toMatchObject({ kind: 'again', way: 'anew', otherwise: { kind: 'rejected' } });
  });

  test('an error that nobody has heard of is told plainly, then tried again, and its name is logged', async () => {
    const { deliver, calls, logged } = telling(app, () => say(200, bodyOf('brand_new_error')));
    expect(await deliver([aNotice()])).toMatchObject([{ kind: 'retry', reason: 'brand_new_error' }]);
    expect(calls.map(({ body }) => body.blocks === undefined)).toEqual([false, true]);
    expect(logged.filter((text) => text.includes('brand_new_error'))).toHaveLength(2);
  });

  test('what Slack says of the fault is kept for the dead letters', async () => {
    const { deliver } = telling(app, () =>
      say(
        200,
        '{"ok":false,"error":"invalid_arguments","response_metadata":{"messages":["[ERROR] unsupported type"]}}',
      ),
    );
    expect(await deliver([aNotice()])).toMatchObject([
      { kind: 'rejected', reason: 'invalid_arguments', detail: '[ERROR] unsupported type' },
    ]);
  });

  test.each(['<html>', '', '{}', '{"ok":false}', '{"ok":false,"error":"<!channel>"}', 'null', '[]', '"ok"'])(
    'an answer 200 of %j says nothing, so it is asked again',
    async (body) => {
      const { deliver } = telling(app, () => say(200, body));
      expect(await deliver([aNotice()])).toMatchObject([{ kind: 'retry', reason: 'unreadable_answer' }]);
    },
  );

  test('without a word of Slack’s the status counts', async () => {
    const kinds = async (status: number) =>
      (await telling(app, () => say(status, '<html>')).deliver([aNotice()])).map(({ kind }) => kind);
    expect(await kinds(503)).toEqual(['retry']);
    expect(await kinds(404)).toEqual(['misconfigured']);
    expect(await kinds(400)).toEqual(['rejected']);
  });
});

describe('an incoming webhook', () => {
  test.each(hookErrors)('%i %s, which is %s', async (status, error, meaning) => {
    const { deliver } = telling(hook, () => say(status, error));
    expect(await deliver([aNotice()])).toMatchObject([{ kind: KINDS[meaning], reason: error, status }]);
  });

  test.each(['no_service', 'invalid_token', 'channel_is_archived', 'rollup_error'])(
    '%s means the same under any status',
    async (error) => {
      const kinds = await Promise.all(
        [400, 403, 404, 410, 500].map((status) =>
          telling(hook, () => say(status, error)).deliver([aNotice()]),
        ),
      );
      expect(new Set(kinds.map(([outcome]) => outcome?.kind)).size).toBe(1);
    },
  );

  test.each(['invalid_blocks', 'invalid_payload', 'no_text', 'too_many_attachments'])(
    '%s is tried once as text alone',
    async (error) => {
      let faults = 1;
      const { deliver, shown } = telling(hook, () => (faults-- > 0 ? say(400, error) : undefined));
      expect(await deliver([aNotice()])).toEqual([{ kind: 'delivered' }]);
      expect(shown).toMatchObject([{ blocks: [] }]);
    },
  );
});
