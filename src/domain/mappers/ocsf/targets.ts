/** Targets as the objects of OCSF that a class can hold. A target's type decides by the exact word: a load balancer's
 * `target_group` is no group of people. */
import type { Target } from '../../event/audit-event.ts';
import { present } from '../present.ts';

const USERS: Readonly<Record<string, { readonly type_id: number; readonly type: string }>> = {
  user: { type_id: 1, type: 'User' },
  service_account: { type_id: 4, type: 'Service' },
};
const GROUPS: ReadonlySet<string> = new Set(['group', 'user_group', 'team']);
const PRIVILEGES: ReadonlySet<string> = new Set(['role', 'policy', 'permission', 'privilege', 'scope']);

export const isUser = ({ type }: Target): boolean => Object.hasOwn(USERS, type);
export const isGroup = ({ type }: Target): boolean => GROUPS.has(type);
export const isPrivilege = ({ type }: Target): boolean => PRIVILEGES.has(type);
export const isAccount = (target: Target): boolean => isUser(target) || target.type === 'role';
export const isPolicy = ({ type }: Target): boolean => type === 'policy';

/** The one that it is, where there are not several: which of them was acted upon an event does not say. */
export function only(
  targets: readonly Target[],
  is: (target: Target) => boolean = () => true,
): Target | undefined {
  const [first, second] = targets.filter(is);
  return second === undefined ? first : undefined;
}

export function named({ id, name }: Pick<Target, 'id' | 'name'>): Record<string, unknown> {
  return present({ uid: id, name });
}

/** https://schema.ocsf.io/1.8.0/objects/user */
export function userOf(target: Pick<Target, 'id' | 'name' | 'type'>): Record<string, unknown> {
  const type = Object.hasOwn(USERS, target.type) ? USERS[target.type] : undefined;
  return { ...named(target), ...(type ?? { type_id: 99, type: target.type }) };
}

/** https://schema.ocsf.io/1.8.0/objects/group */
export function groupOf(target: Target): Record<string, unknown> {
  return { ...named(target), type: target.type };
}

/** The names that a person knows privileges by; their targets stay whole beside them. */
export function privilegesOf(targets: readonly Target[]): readonly string[] {
  return targets.filter(isPrivilege).map(({ id, name }) => name ?? id);
}

/** https://schema.ocsf.io/1.8.0/objects/resource_details */
export function resourceOf(target: Target): Record<string, unknown> {
  const { type, ownerId, parentId, metadata } = target;
  return present({
    ...named(target),
    type,
    owner: ownerId === undefined ? undefined : { uid: ownerId },
    data:
      parentId === undefined && metadata === undefined ? undefined : present<unknown>({ parentId, metadata }),
  });
}

/** All but those that were said in full: of these a class has id, name and type. */
export function without(
  targets: readonly Target[],
  said: readonly (Target | undefined)[],
): readonly Target[] {
  return targets.filter((target) => !said.includes(target) || hasMore(target));
}

function hasMore({ ownerId, parentId, metadata }: Target): boolean {
  return ownerId !== undefined || parentId !== undefined || metadata !== undefined;
}
