/** Tells by its name whether a header, a query parameter or a field holds something that lets somebody in. */

/** In any case and spelling: `X-Api-Key`, `apiKey` and `api_key` are one name. */
export function isSecretName(name: string): boolean {
  let known = seen.get(name);
  if (known === undefined) {
    known = SECRET.test(
      name
        .slice(0, MAX_LENGTH)
        .toLowerCase()
        .replaceAll(/[^a-z0-9]/g, ''),
    );
    if (seen.size >= MAX_SEEN) seen.clear();
    seen.set(name, known);
  }
  return known;
}

const SECRET = new RegExp(
  [
    'passw(?:or)?d|passphrase|secret(?!ary|ariat)|credential|authorization',
    '(?:token|cookie|signature|csrf|xsrf|jwt|cardnumber|sessionid)s?$',
    '(?:api|access|private|signing|encryption|master|account|auth|session)keys?$',
    '(?:auth|session)$',
    '^(?:pwd|pan|pin|otp|ssn|sid|cvv2?|cvc2?)$',
  ].join('|'),
);

/** The same names come again and again. */
const seen = new Map<string, boolean>();
const MAX_SEEN = 2_000;
const MAX_LENGTH = 128;
