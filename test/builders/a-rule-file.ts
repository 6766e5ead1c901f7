/** A rule as a file has it; a test names only what matters to it. `undefined` takes a field out. */
export function aRuleFile(fields: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  const all: Record<string, unknown> = {
    id: 'login-brute-force',
    name: 'Many failed log-ins of one account',
    why: 'Somebody guesses passwords.',
    kind: 'match',
    pattern: { action: ['user.login'], outcome: ['failure'] },
    severity: 'high',
    title: '{actor.id} failed to log in',
    ...fields,
  };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}
