/** A body made ready once, however many requests carry it: its bytes as one string, its length and its hash. */
import { hash } from 'node:crypto';

export interface RequestBody {
  /** One character a byte, so that head and body go out in one write. */
  readonly latin1: string;
  readonly length: number;
  /** SHA-256 as hex: part of the signature. */
  readonly sha256: string;
}

export function requestBody(text: string): RequestBody {
  const bytes = Buffer.from(text);
  const isAscii = bytes.length === text.length;
  return {
    latin1: isAscii ? text : bytes.toString('latin1'),
    length: bytes.length,
    sha256: hash('sha256', bytes, 'hex'),
  };
}

export const NO_BODY = requestBody('');
