/** An audit event as an OCSF 1.8.0 document: the class that fits, the event in its attributes, and what has no place there
 * under `unmapped`. Nothing is left out.
 * https://schema.ocsf.io/1.8.0 */
import type { AuditEvent } from '../event/audit-event.ts';
import { actorOf } from './ocsf/actor.ts';
import { classification, classify } from './ocsf/classify.ts';
import { exchangeOf } from './ocsf/exchange.ts';
import { metadataOf, unmappedPrivacy } from './ocsf/metadata.ts';
import { cloudOf, srcEndpointOf, traceOf, unmappedContext, unmappedSource } from './ocsf/origin.ts';
import { outcomeOf } from './ocsf/outcome.ts';
import { present, some } from './present.ts';

/** Attributes by OCSF's names; absent ones are left out. */
export type OcsfDocument = {
  /** 3001 Account Change, 3002 Authentication, 3004 Entity Management, 3005 User Access Management, 3006 Group Management,
   * 6003 API Activity or 6005 Datastore Activity. */
  readonly class_uid: number;
  readonly class_name: string;
  readonly category_uid: number;
  readonly category_name: string;
  readonly activity_id: number;
  /** The caption of its id, or the event's action where the id is 99. */
  readonly activity_name: string;
  /** `class_uid * 100 + activity_id` */
  readonly type_uid: number;
  readonly type_name: string;
  /** When it happened, in epoch milliseconds. */
  readonly time: number;
  readonly severity_id: number;
  readonly status_id: number;
  readonly metadata: Readonly<Record<string, unknown>> & { readonly version: string; readonly uid: string };
  readonly actor: Readonly<Record<string, unknown>>;
  /** By the event's own names. */
  readonly unmapped: Readonly<Record<string, unknown>>;
} & Readonly<Record<string, unknown>>;

/** Maps a parsed event to the class of OCSF 1.8.0 that can say it:
 * [Authentication](https://schema.ocsf.io/1.8.0/classes/authentication),
 * [Account Change](https://schema.ocsf.io/1.8.0/classes/account_change),
 * [Group Management](https://schema.ocsf.io/1.8.0/classes/group_management),
 * [User Access Management](https://schema.ocsf.io/1.8.0/classes/user_access),
 * [Entity Management](https://schema.ocsf.io/1.8.0/classes/entity_management),
 * [Datastore Activity](https://schema.ocsf.io/1.8.0/classes/datastore_activity), else
 * [API Activity](https://schema.ocsf.io/1.8.0/classes/api_activity).
 * Pure; free parts (metadata, bodies, changed values) are the event's own objects, not copies. */
export function toOcsf(event: AuditEvent): OcsfDocument {
  const { of, subject } = classify(event);
  const cloud = cloudOf(event.source);
  const trace = traceOf(event, of);
  const hasApi = of.api === 'required' || cloud !== undefined;
  const outcome = outcomeOf(event);
  const exchange = exchangeOf(event, hasApi);
  const actor = actorOf(event.actor);
  const performance = performanceOf(event);
  const named = classification(of, subject.activityId, event.action);
  const profiles = [
    ...(cloud ? ['cloud'] : []),
    ...(event.privacy?.classification ? ['data_classification'] : []),
    ...(outcome.isControlled ? ['security_control'] : []),
    ...(trace ? ['trace'] : []),
  ];
  return present<unknown>(
    named,
    { time: Date.parse(event.occurredAt) },
    outcome.attributes,
    {
      message: event.message,
      duration: performance.duration,
      metadata: metadataOf(event, profiles),
      actor: actor.attributes,
      src_endpoint: srcEndpointOf(event, of),
    },
    subject.attributes,
    exchange.attributes,
    {
      cloud,
      trace,
      unmapped: present<unknown>({
        // Where OCSF's words say less than ours.
        category: event.category,
        activity: saysTheSame(named.activity_name, event.activity) ? undefined : event.activity,
        outcome: saysTheSame(outcome.attributes.status, event.outcome) ? undefined : event.outcome,
        actionVersion: event.actionVersion,
        actor: actor.unmapped,
        targets: subject.otherTargets.length > 0 ? subject.otherTargets : undefined,
        changes: subject.otherChanges?.length ? subject.otherChanges : undefined,
        source: unmappedSource(event.source, { hasCloud: cloud !== undefined, hasApi }),
        context: unmappedContext(event, trace !== undefined),
        http: exchange.unmappedHttp,
        performance: performance.unmapped,
        error: exchange.unmappedError,
        privacy: unmappedPrivacy(event),
        dataRef: event.dataRef,
        metadata: event.metadata,
      }),
    },
  ) as OcsfDocument;
}

/** Whole milliseconds that a long integer holds exactly; what they do not say stays with us. */
function performanceOf({ performance }: AuditEvent) {
  if (performance === undefined) return {};
  const { durationMs, ...rest } = performance;
  const duration = Math.round(durationMs);
  const isHeld = Number.isSafeInteger(duration);
  return {
    duration: isHeld ? duration : undefined,
    unmapped: some({ durationMs: isHeld && duration === durationMs ? undefined : durationMs, ...rest }),
  };
}

function saysTheSame(caption: string | undefined, word: string): boolean {
  return caption?.toLowerCase() === word;
}
