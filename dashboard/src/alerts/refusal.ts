/** Why a viewer may not act on alerts, told before they try; the server decides. */

/** Undefined for those who may. */
export function refusalFor(roles: readonly string[] | undefined): string | undefined {
  if (roles?.includes('operator')) return undefined;
  if (roles === undefined) return 'Not connected yet';
  return `This needs the role operator; your token gives ${roles.join(', ')}`;
}
