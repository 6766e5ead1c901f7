/** Hands a viewer's messages to the stream, one at a time and no more a second than allowed, and its answers back. */
import { WebSocket } from 'ws';
import { encode } from '../../domain/protocol/encode.ts';
import { ERRORS } from '../../domain/protocol/messages.ts';
import { parseClientMessage } from '../../domain/protocol/parse-client-message.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import type { Receive } from '../../stream/receive.ts';
import { makeAllowance } from './allowance.ts';

export interface ListenOptions {
  readonly receive: (text: string) => ReturnType<Receive>;
  /** Called with every message: the connection is in use. */
  readonly onUse: () => void;
  readonly messagesPerSecond: number;
  /** A viewer that asks, and does not read the answers, is closed when so much waits for it. */
  readonly maxBufferedBytes: number;
  readonly now: () => number;
}

export function listenTo(
  socket: WebSocket,
  { receive, onUse, messagesPerSecond, maxBufferedBytes, now }: ListenOptions,
) {
  const allowance = makeAllowance(messagesPerSecond, now);
  let turn: Promise<void> = Promise.resolve();
  // What is no WebSocket frame, or too large a one, is closed by `ws` with the right code.
  socket.on('error', () => {});
  socket.on('message', (data, isBinary) => {
    onUse();
    if (isBinary)
      say(encode(serverError('invalid_message', 'must be text, got a binary frame: send JSON as text')));
    else if (allowance.take()) turn = turn.then(() => answer(String(data)));
    else say(tooFrequent(String(data)));
  });
  return {
    /** Resolves when no answer is under way any more. */
    ended: () => turn,
  };

  async function answer(text: string): Promise<void> {
    if (socket.readyState !== WebSocket.OPEN) return;
    const { messages, close } = await receive(text);
    for (const message of messages) say(message);
    if (close) socket.close(close.code, close.reason);
  }

  function say(text: string): void {
    if (socket.readyState !== WebSocket.OPEN) return;
    if (socket.bufferedAmount <= maxBufferedBytes) socket.send(text);
    else socket.close(ERRORS.slow_consumer, 'slow_consumer');
  }

  function tooFrequent(text: string): string {
    const parsed = text.length < SMALL_CHARS ? parseClientMessage(text) : undefined;
    const id = parsed?.ok ? { id: parsed.message.id } : {};
    const message = `at most ${messagesPerSecond} messages a second: wait a moment and send it again`;
    return encode(serverError('too_frequent', message, { ...id, limit: messagesPerSecond }));
  }
}

/** Messages beyond it are not read only to be refused. */
const SMALL_CHARS = 4_096;
