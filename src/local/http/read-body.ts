/** Reads a request's body into memory, never more than its route allows. */
import type { IncomingMessage } from 'node:http';
import { BodyError } from './answer.ts';

export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  if (Number(request.headers['content-length'] ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > maxBytes) throw tooLarge(maxBytes);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof BodyError) throw error;
    throw new BodyError(408, 'the connection ended before the body did');
  }
  return Buffer.concat(chunks, bytes);
}

function tooLarge(maxBytes: number): BodyError {
  return new BodyError(413, `the body may have ${maxBytes} bytes: send less at a time`);
}
