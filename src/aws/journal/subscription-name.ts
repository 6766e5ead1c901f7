/** The name of a subscription to a journal says whose it is; only who deploys can give one. So no function can journal in
 * the name of another service. */
const PREFIX = 'audit-stream-journal-';

export function subscriptionName(service: string): string {
  return PREFIX + service;
}

export function serviceOf(subscriptions: readonly string[]): string | undefined {
  return subscriptions.find((name) => name.startsWith(PREFIX))?.slice(PREFIX.length);
}
