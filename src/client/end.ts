/** Why a connection ended, and whether to come back: read from the close code and the server's last word. */
import type { ServerError } from '../domain/protocol/messages.ts';
import { GIVE_UP_FROM } from './stream-error.ts';

export interface End {
  readonly reason: string;
  readonly code?: number;
  /** The server said that trying again is useless. */
  readonly giveUp: boolean;
}

/** Last words that mean "trying again is useless", for gateways that cannot choose a close code. */
const FINAL_WORDS: readonly string[] = ['unauthorized', 'forbidden', 'unsupported_version'];

/** `lastWord`: the error that answered no question, if it was the last message. */
export function endOf(
  close: { readonly code: number; readonly reason: string },
  lastWord: ServerError | undefined,
  wasWelcomed: boolean,
): End {
  const finalWord = lastWord && FINAL_WORDS.includes(lastWord.name) ? lastWord : undefined;
  const code = close.code >= 3000 ? close.code : finalWord?.code;
  const reason = close.reason || lastWord?.message || guess(close.code, wasWelcomed);
  if (code === undefined) return { reason, giveUp: false };
  return { reason, code, giveUp: code >= GIVE_UP_FROM };
}

/** A browser does not tell an HTTP refusal from a dead line. */
function guess(code: number, wasWelcomed: boolean): string {
  return wasWelcomed ? `the connection was lost (${code})` : 'refused or unreachable';
}
