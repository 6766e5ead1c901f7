/** Why letters stay where they are, in words. */
const SKIPPED: Readonly<Record<string, string>> = {
  died_since: 'died after this began',
  replayed_often: 'replayed three times or more already',
  no_consumer: 'nothing takes from their queue any more',
  not_an_event: 'no events at all',
};

export function skippedInWords(reason: string): string {
  return Object.hasOwn(SKIPPED, reason) ? (SKIPPED[reason] as string) : reason;
}

export function letters(count: number): string {
  return count === 1 ? '1 letter' : `${count.toLocaleString()} letters`;
}
