/** Keeps credentials that somebody wrote into a sentence out of the log. Best effort: producers redact before they send. */
import { cutText } from './clean-text.ts';

export const MASK = '[redacted]';

/** Groups of digits that may be a card's number. */
const CARD = /(?<![\w.-])\d(?:[ -]?\d){12,18}(?![\w-])/g;

/** Each finds one kind of secret; what `keep` names stays readable. */
const SECRETS: readonly {
  readonly find: RegExp;
  readonly keep?: true;
  readonly only?: (found: string) => boolean;
}[] = [
  { find: /-----BEGIN [A-Z ]{0,30}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,30}PRIVATE KEY-----|$)/g },
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html#identifiers-unique-ids
  { find: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g },
  // An AWS secret key: 40 characters of base64 in mixed case (a SHA-1 in hex has one case).
  {
    find: /(?<![\w/+=-])(?=[A-Za-z0-9/+]{0,39}[A-Z])(?=[A-Za-z0-9/+]{0,39}[a-z])(?=[A-Za-z0-9/+]{0,39}[0-9/+])[A-Za-z0-9/+]{40}(?![\w/+=-])/g,
  },
  { find: /\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*/g },
  { find: /\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,}|xox[abeprs]-[\w-]{10,}|[rs]k_live_\w{16,})/g },
  { find: /\b(Bearer|Basic) +(?!\[redac)[\w.~+/=-]{16,}/gi, keep: true },
  { find: CARD, only: isCard },
  {
    find: /\b(password|passwd|pwd|secret|api_?key|access_?token)( ?[=:] ?)(?![\s[])[^\s,;&"']{4,}/gi,
    keep: true,
  },
];
/** Every pattern above needs one of these; most texts have none and are done. Letters of both cases in brackets: with the
 * flag `i` the same takes twelve times as long. */
const WORDS =
  /AKIA|ASIA|eyJ|gh[pousr]_|github_pat|xox|k_live_|[Bb][Ee][Aa][Rr][Ee][Rr]|[Bb][Aa][Ss][Ii][Cc]|[Pp][Aa][Ss][Ss]|[Pp][Ww][Dd]|[Ss][Ee][Cc][Rr][Ee][Tt]|[Kk][Ee][Yy]|[Tt][Oo][Kk][Ee][Nn]/;
const LONG_RUN = /[A-Za-z0-9/+]{40}/;
const DIGITS = /\d(?:[ -]?\d){12}/;
/** As `pwd=abcd`. */
const SHORTEST = 8;

function isSuspect(text: string): boolean {
  if (text.length < SHORTEST) return false;
  return WORDS.test(text) || DIGITS.test(text) || (text.length >= 40 && LONG_RUN.test(text));
}

/** The text of at most `maxLength` characters with its secrets masked. Masking twice changes nothing. */
export function maskSecrets(
  text: string,
  maxLength: number,
): { readonly text: string; readonly masked: boolean } {
  // Cut with room first: a secret across the cut is still whole when it is looked for.
  let seen = cutText(text, maxLength * 2);
  if (!isSuspect(seen)) return { text: cutText(seen, maxLength), masked: false };
  let masked = false;
  for (;;) {
    const without = SECRETS.reduce(maskOne, seen);
    masked ||= without !== seen;
    const next = cutText(without, maxLength);
    if (next === seen) return { text: next, masked };
    seen = next;
  }
}

function maskOne(text: string, { find, keep, only }: (typeof SECRETS)[number]): string {
  return text.replace(find, (all: string, name: unknown, between: unknown) => {
    if (only && !only(all)) return all;
    return keep ? `${name}${typeof between === 'string' ? between : ' '}${MASK}` : MASK;
  });
}

/** By length, by the issuers' ranges, and by the check digit (ISO/IEC 7812-1): other long numbers are ids. */
function isCard(found: string): boolean {
  const digits = found.replaceAll(/\D/g, '');
  return ISSUERS.test(digits) && luhn(digits);
}

/** Visa; Mastercard; American Express; Discover; JCB; Diners Club. */
const ISSUERS =
  /^(?:4\d{12}(?:\d{3}){0,2}|(?:5[1-5]\d\d|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}|6(?:011|5\d\d|4[4-9]\d)\d{12}|35(?:2[89]|[3-8]\d)\d{12}|3(?:0[0-5]|[68]\d)\d{11})$/;

function luhn(digits: string): boolean {
  let sum = 0;
  for (let i = 0; i < digits.length; i++) {
    const digit = Number(digits[digits.length - 1 - i]);
    const twice = digit * 2;
    sum += i % 2 === 0 ? digit : twice > 9 ? twice - 9 : twice;
  }
  return sum % 10 === 0;
}
