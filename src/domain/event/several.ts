/** Where an audit event may have a list. */

/** `path` as in `actor.roles`; anything under a list, or under what is free, may be several too. */
export function mayBeSeveral(path: string): boolean {
  return LISTS.some((list) => path === list || path.startsWith(`${list}.`));
}

const LISTS = [
  'actor.groups',
  'actor.roles',
  'changes',
  'context.ips',
  'http.request.body',
  'http.response.body',
  'metadata',
  'privacy.redactedPaths',
  'privacy.subjectIds',
  'privacy.truncatedPaths',
  'targets',
];
