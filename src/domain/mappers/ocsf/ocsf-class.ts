/** What a class of OCSF 1.8.0 is to the mapper: its names, and what of an event it takes as its own. */
import type { AuditEvent, Change, Target } from '../../event/audit-event.ts';

export interface OcsfClass {
  readonly uid: number;
  readonly caption: string;
  readonly category: { readonly uid: number; readonly caption: string };
  /** Captions by `activity_id`, as far as an event can say them. */
  readonly activities: Readonly<Record<number, string>>;
  /** Everywhere but in API Activity, `api` belongs to the profile `cloud`. */
  readonly api: 'required' | 'in_cloud';
  readonly srcEndpoint: 'required' | 'if_known';
  /** Whether it knows the profile `trace`. */
  readonly hasTrace: boolean;
  /** Nothing where the class cannot say the event. */
  subjectOf(event: AuditEvent): Subject | undefined;
}

/** What was acted upon, in the class's own attributes. */
export interface Subject {
  readonly activityId: number;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Targets of which something found no place; each is kept whole. */
  readonly otherTargets: readonly Target[];
  readonly otherChanges: readonly Change[] | undefined;
}

/** The activity that no class has an id for: its name is the event's action. */
export const OTHER = 99;

/** https://schema.ocsf.io/1.8.0/categories/iam */
export const IAM = {
  category: { uid: 3, caption: 'Identity & Access Management' },
  api: 'in_cloud',
  srcEndpoint: 'if_known',
  hasTrace: false,
} as const;

/** https://schema.ocsf.io/1.8.0/categories/application */
export const APPLICATION = {
  category: { uid: 6, caption: 'Application Activity' },
  srcEndpoint: 'required',
} as const;

/** The categories of an event that tell of managing identities and rights. */
export function isAboutRights({ category }: AuditEvent): boolean {
  return category === 'iam' || category === 'authorization';
}
