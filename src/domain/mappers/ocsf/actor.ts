/** Who did it. https://schema.ocsf.io/1.8.0/objects/actor */
import type { Actor, ActorType } from '../../event/audit-event.ts';
import { present, some } from '../present.ts';

const TYPES: Readonly<Record<ActorType, { readonly type_id: number; readonly type: string }>> = {
  user: { type_id: 1, type: 'User' },
  service: { type_id: 4, type: 'Service' },
  system: { type_id: 3, type: 'System' },
  api_key: { type_id: 99, type: 'api_key' },
  anonymous: { type_id: 99, type: 'anonymous' },
  unknown: { type_id: 0, type: 'Unknown' },
};

/** The form of `email_t`; anything else would make the document invalid. */
const EMAIL = /^[a-zA-Z0-9!#$%&'*+-/=?^_`{|}~.]+@[a-zA-Z0-9-]+\.[a-zA-Z0-9-.]+$/;

/** A service is there twice: as the application that called and as the account it has. */
export function actorOf(actor: Actor) {
  const user = actorUser(actor);
  const session = sessionOf(actor);
  return {
    attributes: {
      user: user.attributes,
      ...(session && { session }),
      ...(actor.type === 'service' && present({ app_uid: actor.id, app_name: actor.name })),
    },
    unmapped: some({
      email: user.isEmailSaid ? undefined : actor.email,
      roles: actor.roles?.length ? actor.roles : undefined,
      // `actor.invoked_by` is deprecated, and names a service; Authentication alone can say whom one acts as.
      onBehalfOf: actor.onBehalfOf,
      metadata: actor.metadata,
    }),
  };
}

/** https://schema.ocsf.io/1.8.0/objects/user */
export function actorUser({ id, name, email, groups, type }: Actor) {
  const isEmailSaid = email !== undefined && EMAIL.test(email);
  return {
    attributes: present<unknown>({
      uid: id,
      name,
      email_addr: isEmailSaid ? email : undefined,
      groups: groups?.length ? groups.map((group) => ({ name: group })) : undefined,
      ...TYPES[type],
    }),
    isEmailSaid,
  };
}

/** https://schema.ocsf.io/1.8.0/objects/session */
export function sessionOf({ sessionId, mfa, credentialId }: Actor): Record<string, unknown> | undefined {
  return some({ uid: sessionId, is_mfa: mfa, credential_uid: credentialId });
}
