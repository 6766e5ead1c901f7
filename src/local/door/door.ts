/** The way onto the bus: checks what a producer brings, entry by entry, and answers when it is on disk. */
import { AUDIT_ALERT, AUDIT_EVENT, SYSTEM_SOURCE, SYSTEM_TENANT } from '../../domain/bus-event.ts';
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import { AuditEventError, type Issue } from '../../domain/event/audit-event-error.ts';
import { contentHash } from '../../domain/event/content-hash.ts';
import { parseAuditEvent } from '../../domain/event/parse-audit-event.ts';
import type { Acceptable, Accepted } from '../store/accept.ts';
import type { Rights } from './producers.ts';

export interface DoorEntry {
  /** Left out, it follows from an audit event's own `source.service`. */
  readonly source?: string;
  readonly detailType: string;
  readonly detail: unknown;
  readonly time?: string;
  readonly resources?: readonly string[];
}

export type DoorAnswer =
  | { readonly kind: 'accepted' | 'duplicate'; readonly busId: string; readonly id?: string }
  | {
      readonly kind: 'refused';
      readonly code: RefusalCode;
      readonly message: string;
      readonly id?: string;
      readonly issues?: readonly Issue[];
    }
  /** Nothing of it was kept: send it again later. */
  | { readonly kind: 'unavailable'; readonly message: string; readonly id?: string };

export type RefusalCode =
  | 'InvalidAuditEvent'
  | 'IdConflict'
  | 'TenantNotAllowed'
  | 'SourceNotAllowed'
  | 'DetailTypeNotAllowed';

export type Door = (entries: readonly DoorEntry[], rights: Rights) => Promise<readonly DoorAnswer[]>;

export interface DoorOptions {
  readonly accept: (entries: readonly Acceptable[]) => Promise<readonly Accepted[]>;
  /** Told of every entry that its producer had no right to bring. */
  readonly onForbidden?: (refused: Forbidden) => void;
}

export interface Forbidden {
  readonly producer: string;
  readonly code: RefusalCode;
  /** The first characters of what it wanted to write as, and where. */
  readonly source?: string;
  readonly tenantId?: string;
}

/** One answer an entry, in order; a bad one holds up no other. */
export function makeDoor({ accept, onForbidden = () => {} }: DoorOptions): Door {
  return async (entries, rights) => {
    const checked = entries.map((entry) => check(entry, rights));
    const good = checked.filter((one) => one.kind === 'good');
    const outcomes = good.length > 0 ? await accept(good.map(({ acceptable }) => acceptable)) : [];
    let next = 0;
    return checked.map((one, i) => {
      if (one.kind === 'good') return answer(outcomes[next++] as Accepted, one.acceptable.claim?.id);
      if (one.code !== 'InvalidAuditEvent')
        onForbidden(forbidden(entries[i] as DoorEntry, rights.producer, one.code));
      return one;
    });
  };
}

type Checked =
  | { readonly kind: 'good'; readonly acceptable: Acceptable }
  | Extract<DoorAnswer, { kind: 'refused' }>;

function check(entry: DoorEntry, rights: Rights): Checked {
  const { source, detailType, detail } = entry;
  if (source !== undefined && !mayWriteAs(source, rights)) return sourceRefused(source);
  if (detailType === AUDIT_ALERT) {
    return refused('DetailTypeNotAllowed', `"${AUDIT_ALERT}" events are made by the system itself`);
  }
  if (detailType === AUDIT_EVENT) return checkAuditEvent(entry, rights);
  return { kind: 'good', acceptable: { ...entry, source: source ?? UNNAMED_SOURCE, detail } };
}

function checkAuditEvent(entry: DoorEntry, rights: Rights): Checked {
  let event: AuditEvent;
  try {
    event = parseAuditEvent(entry.detail);
  } catch (error) {
    if (!(error instanceof AuditEventError)) throw error;
    return refused(
      'InvalidAuditEvent',
      error.message.slice(0, MAX_MESSAGE_CHARS),
      idOf(entry.detail),
      error.issues,
    );
  }
  const { id, tenantId } = event;
  const ofService = `audit.${event.source.service}`;
  const source = entry.source ?? ofService;
  // Whoever may write as one service only must not name another inside the event either.
  if (!mayWriteAs(ofService, rights)) return sourceRefused(ofService, id);
  if (!source.startsWith('audit.')) {
    return refused(
      'SourceNotAllowed',
      `the source of an "${AUDIT_EVENT}" must be "audit." and the service's name`,
      id,
    );
  }
  if (tenantId === SYSTEM_TENANT) {
    return refused('TenantNotAllowed', `the tenant "${SYSTEM_TENANT}" is the system's own`, id);
  }
  if (!rights.mayTenant(tenantId)) {
    return refused('TenantNotAllowed', `this producer may not write into tenant "${tenantId}"`, id);
  }
  const claim = { tenantId, id, contentHash: contentHash(event) };
  return { kind: 'good', acceptable: { ...entry, source, detail: event, claim } };
}

function mayWriteAs(source: string, rights: Rights): boolean {
  return source !== SYSTEM_SOURCE && !source.startsWith('aws.') && rights.maySource(source);
}

function sourceRefused(source: string, id?: string) {
  return refused('SourceNotAllowed', `this producer may not write as source "${source.slice(0, 64)}"`, id);
}

/** For other detail types, whose source the door's caller always names. */
const UNNAMED_SOURCE = 'audit.unknown';
/** All issues of a hopeless event would make a very long line. */
const MAX_MESSAGE_CHARS = 1_000;

function idOf(detail: unknown): string | undefined {
  const id = (detail as { id?: unknown } | null)?.id;
  return typeof id === 'string' ? id.slice(0, 64) : undefined;
}

function forbidden({ source, detail }: DoorEntry, producer: string, code: RefusalCode): Forbidden {
  const tenantId = (detail as { tenantId?: unknown } | null)?.tenantId;
  return {
    producer,
    code,
    ...(source !== undefined && { source: source.slice(0, 64) }),
    ...(typeof tenantId === 'string' && { tenantId: tenantId.slice(0, 64) }),
  };
}

function answer(outcome: Accepted, id: string | undefined): DoorAnswer {
  const named = id === undefined ? {} : { id };
  switch (outcome.kind) {
    case 'accepted':
    case 'duplicate':
      return { ...outcome, ...named };
    case 'id_conflict':
      return refused('IdConflict', 'another event has this id already; make a new id for new content', id);
    case 'unavailable':
      return { ...outcome, ...named };
  }
}

function refused(code: RefusalCode, message: string, id?: string, issues?: readonly Issue[]) {
  return {
    kind: 'refused',
    code,
    message,
    ...(id !== undefined && { id }),
    ...(issues && { issues }),
  } as const;
}
