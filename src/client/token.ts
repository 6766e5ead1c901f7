/** Asks the application for a token, and takes neither for an answer: silence, nor what cannot be one. */

export type TokenAnswer =
  | { readonly kind: 'token'; readonly token: string }
  | { readonly kind: 'failed'; readonly reason: string };

/** What travels in a WebSocket subprotocol: an HTTP token. */
const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/** Never rejects; the reason holds nothing of the token. */
export async function askForToken(
  getToken: () => string | Promise<string>,
  timeoutMs: number,
  after: (ms: number, run: () => void) => () => void,
): Promise<TokenAnswer> {
  let stop = () => {};
  const late = new Promise<never>((_, reject) => {
    stop = after(timeoutMs, () => reject(new Error(`no answer within ${timeoutMs} ms`)));
  });
  try {
    const token = await Promise.race([getToken(), late]);
    if (typeof token === 'string' && TOKEN.test(token)) return { kind: 'token', token };
    const got = token ? 'text that cannot be one' : 'nothing';
    return { kind: 'failed', reason: `getToken gave no JWT but ${got}` };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'not with an Error';
    return { kind: 'failed', reason: `getToken failed: ${why}` };
  } finally {
    stop();
  }
}
