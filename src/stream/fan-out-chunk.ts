/** Cuts a large fan-out into parts that travel to other Lambdas: each distinct text once, connections by its number. */
import { utf8Bytes } from '../domain/protocol/encode.ts';
import type { Message } from './fan-out.ts';

export interface FanOutChunk {
  readonly texts: readonly string[];
  /** Connection, and which of the texts it gets. */
  readonly sends: readonly (readonly [connectionId: string, text: number])[];
}

/** An asynchronous invocation takes 1 MB; JSON's quotes in JSON make a text longer.
 * https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
const MOST_BYTES = 900_000;
const SEND_BYTES = 16;

/** Parts of `size` messages at most, and small enough to be sent. */
export function inChunks(messages: readonly Message[], size: number): readonly FanOutChunk[] {
  const chunks: FanOutChunk[] = [];
  let [texts, sends, bytes] = [new Map<string, number>(), [] as [string, number][], 0];
  const end = () => {
    if (sends.length > 0) chunks.push({ texts: [...texts.keys()], sends });
    [texts, sends, bytes] = [new Map(), [], 0];
  };
  for (const { connectionId, text } of messages) {
    const weight = (isNew: boolean) =>
      SEND_BYTES + connectionId.length + (isNew ? utf8Bytes(JSON.stringify(text)) : 0);
    if (sends.length === size || bytes + weight(!texts.has(text)) > MOST_BYTES) end();
    bytes += weight(!texts.has(text));
    const number = texts.get(text) ?? texts.size;
    texts.set(text, number);
    sends.push([connectionId, number]);
  }
  end();
  return chunks;
}

export function messagesIn({ texts, sends }: FanOutChunk): readonly Message[] {
  return sends.map(([connectionId, number]) => ({ connectionId, text: texts[number] ?? '' }));
}
