/** Who may write, and as what: a producer's key names the tenants and bus sources that it may use. */

export interface ProducerKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Tenants it may write into; `*` for all. */
  readonly tenants: '*' | readonly string[];
  /** Bus sources it may use, for example `audit.billing`; `*` for all. */
  readonly sources: '*' | readonly string[];
}

export interface Rights {
  /** For the audit of a refusal. */
  readonly producer: string;
  mayTenant(tenantId: string): boolean;
  maySource(source: string): boolean;
}

/** A development home takes any signature, or none. */
export const ANY_RIGHTS: Rights = { producer: 'development', mayTenant: () => true, maySource: () => true };

export function rightsOf({ accessKeyId, tenants, sources }: ProducerKey): Rights {
  return {
    producer: accessKeyId,
    mayTenant: (tenantId) => tenants === '*' || tenants.includes(tenantId),
    maySource: (source) => sources === '*' || sources.includes(source),
  };
}
