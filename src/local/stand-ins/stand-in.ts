/** What a stand-in is: one file a vendor that reads requests as strictly as the vendor does, answers as it does, and keeps
 * what the vendor would keep. */
import type { IncomingHttpHeaders } from 'node:http';
import type { Fault } from '../../domain/protocol/fields.ts';
import type { Credentials } from '../../sigv4/credentials.ts';
import type { Answer } from '../http/answer.ts';

export interface StandIn {
  /** Of the destination that is set up for it. */
  readonly name: string;
  /** The kind of destination. */
  readonly sink: string;
  /** New ones, by the option of the destination that holds each. */
  newKeys(random: (bytes: number) => Buffer, url: string): Keys;
  /** The destination's options but its keys; `url` is where this stand-in listens, without a slash at its end. */
  options(url: string): Readonly<Record<string, unknown>>;
  /** For what is signed as AWS has it, instead of keys in the destination's options. */
  newCredentials?(random: (bytes: number) => Buffer): Credentials;
  /** A vendor with nothing in it. Keys are asked for at each request: they may have been changed. */
  open(keys: () => Keys, credentials: () => Credentials): Vendor;
}

export type Keys = Readonly<Record<string, string>>;

export interface Vendor {
  read(request: Received): Reading;
  /** How this vendor says no, whatever the request is. */
  refuse(why: Refusal): Answer;
}

/** A request as it came over the wire. */
export interface Received {
  readonly method: string;
  /** Below the stand-in's address, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The whole of both, as it was signed. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
  /** Unzipped. */
  readonly body: string;
  readonly nowMs: number;
}

export interface Reading {
  /** Method and path for people: nothing secret in it. */
  readonly operation: string;
  readonly problems: readonly Fault[];
  readonly items: readonly ReceivedItem[];
  /** Takes the request and answers; called only if no fault stands before it. `isTaken`: where the status
   * does not say it, by a 2xx. */
  take(): Answer & { readonly isTaken?: boolean };
}

/** An event or notice in a request. */
export interface ReceivedItem {
  readonly id: string;
  readonly tenantId?: string;
  /** What people would see of it, in a line. */
  readonly line: string;
}

export type Refusal =
  | { readonly kind: '429'; readonly retryAfterSeconds?: number }
  | { readonly kind: '500' | '503' }
  | { readonly kind: 'wrong-key' };

/** `retry-after` where the fault names one. https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
export function pauseOf(why: Refusal): Readonly<Record<string, string>> {
  return why.kind === '429' && why.retryAfterSeconds !== undefined
    ? { 'retry-after': String(why.retryAfterSeconds) }
    : {};
}
