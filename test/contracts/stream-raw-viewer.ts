/** A viewer without the client library: a socket that says exactly what a test wants said, and keeps all it hears. */
import { WebSocket } from 'ws';
import type { ClientMessage, ServerMessage } from '../../src/domain/protocol/messages.ts';

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
export type Say = Without<ClientMessage, 'v' | 'id'>;
type Of<T extends ServerMessage['type']> = Extract<ServerMessage, { type: T }>;

export interface RawViewer {
  readonly welcome: Of<'welcome'>;
  /** Everything heard, in order, with the bytes of each message. */
  readonly heard: readonly { readonly message: ServerMessage; readonly bytes: number }[];
  /** Sends, and waits for the first answer that bears the message's id. */
  say(message: Say): Promise<ServerMessage>;
  /** Like `say`, and fails unless the answer is of that type. */
  ask<T extends ServerMessage['type']>(message: Say, type: T): Promise<Of<T>>;
  sendText(text: string | Buffer): void;
  /** Waits until something heard, now or before, fits. */
  hears(fits: (message: ServerMessage) => boolean): Promise<ServerMessage>;
  /** Every id that was pushed, in order, repeats included. */
  pushed(): readonly string[];
  closed(): Promise<{ readonly code: number; readonly reason: string }>;
  /** Ends the socket without a word. */
  vanish(): void;
  close(): void;
}

/** The HTTP status of the refusal, or the viewer. */
export async function connectRaw(
  streamUrl: string,
  protocols: readonly string[],
): Promise<RawViewer | { readonly refused: number }> {
  const socket = new WebSocket(streamUrl, [...protocols]);
  const heard: { message: ServerMessage; bytes: number }[] = [];
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of [...waiting]) look();
  };
  let end: { code: number; reason: string } | undefined;
  socket.on('message', (data) => {
    heard.push({ message: JSON.parse(String(data)) as ServerMessage, bytes: (data as Buffer).byteLength });
    wake();
  });
  socket.on('close', (code, reason) => {
    end = { code, reason: String(reason) };
    wake();
  });
  const refused = await new Promise<number | undefined>((resolve, reject) => {
    socket.on('unexpected-response', (_, response) => {
      resolve(response.statusCode ?? 0);
      response.resume();
    });
    socket.on('open', () => resolve(undefined));
    socket.on('error', reject);
  });
  if (refused !== undefined) {
    socket.terminate();
    return { refused };
  }
  socket.on('error', () => {});

  const until = <T>(look: () => T | undefined): Promise<T> =>
    new Promise((resolve, reject) => {
      const attempt = (): void => {
        const found = look();
        if (found === undefined && end === undefined) return;
        waiting.delete(attempt);
        if (found !== undefined) resolve(found);
        else reject(new Error(`the connection closed with ${end?.code} ${end?.reason}`));
      };
      waiting.add(attempt);
      attempt();
    });
  const hears = (fits: (message: ServerMessage) => boolean): Promise<ServerMessage> =>
    until(() => heard.find(({ message }) => fits(message))?.message);

  let said = 0;
  const say = (message: Say): Promise<ServerMessage> => {
    const id = `m${++said}`;
    socket.send(JSON.stringify({ v: 1, id, ...message }));
    return hears((answer) => 'id' in answer && answer.id === id);
  };
  const welcome = (await say({ type: 'hello' })) as Of<'welcome'>;
  return {
    welcome,
    heard,
    say,
    async ask(message, type) {
      let answer = await say(message);
      // As the protocol has it, and the client library does.
      for (let tries = 1; answer.type === 'error' && answer.temporary && tries < TRIES; tries++)
        answer = await say(message);
      if (answer.type !== type) throw new Error(`wanted ${type}, got ${JSON.stringify(answer)}`);
      return answer as Of<typeof type>;
    },
    sendText: (text) => socket.send(text),
    hears,
    pushed: () => heard.flatMap(({ message }) => (message.type === 'event' ? [message.event.id] : [])),
    closed: () =>
      new Promise((resolve) => {
        const look = (): void => {
          if (end === undefined) return;
          waiting.delete(look);
          resolve(end);
        };
        waiting.add(look);
        look();
      }),
    vanish: () => socket.terminate(),
    close: () => socket.close(),
  };
}

/** A store on a busy machine may not answer in time now and then. */
const TRIES = 5;
