/** Takes the secrets out of a whole record, and names the places in `privacy.redactedPaths`. */
import type { AuditEvent } from '../../domain/event/audit-event.ts';
import { MASK } from '../../domain/event/mask-secrets.ts';
import { spell } from '../../domain/event/reading.ts';
import { isSecretName } from '../../domain/event/secret-name.ts';
import { type Cut, redactJson } from './json.ts';
import { redactPaths, stepsOf } from './paths.ts';

export type Redact = (record: AuditEvent) => AuditEvent;

/** Parts whose fields have names of the service's making. */
const BY_NAME = ['metadata', 'labels', 'http'] as const;
/** Parts whose fields are the event's own: `sessionId` and `credentialId` name a secret and are none. */
const BY_FORM = ['targets', 'context', 'message', 'reason', 'error'] as const;

/** `paths` are the service's own, see {@link stepsOf}. */
export function makeRedact(paths: readonly string[]): Redact {
  const own = paths.map(stepsOf);
  return (record) => {
    const cuts: string[] = [];
    const cut: Cut = (at) => void cuts.push(spell(at));
    const draft: Record<string, unknown> = { ...record };
    for (const key of BY_NAME) if (key in record) draft[key] = redactJson(record[key], [key], cut, true);
    for (const key of BY_FORM) if (key in record) draft[key] = redactJson(record[key], [key], cut, false);
    // An access key's id is on record by design; the key itself is never there.
    const { credentialId, ...actor } = record.actor ?? {};
    draft.actor = {
      ...(redactJson(actor, ['actor'], cut, false) as object),
      ...(credentialId !== undefined && { credentialId }),
    };
    if (record.changes !== undefined) draft.changes = redactChanges(record.changes, cut);
    const redacted = own.length === 0 ? draft : redactPaths(draft, own, cut);
    if (cuts.length > 0) {
      const redactedPaths = [...new Set([...cuts, ...(record.privacy?.redactedPaths ?? [])])];
      redacted.privacy = { ...record.privacy, redactedPaths };
    }
    return redacted as unknown as AuditEvent;
  };
}

/** A change of a secret says that it changed, and no more. */
function redactChanges(changes: NonNullable<AuditEvent['changes']>, cut: Cut) {
  return changes.map((change, i) => {
    if (typeof change !== 'object' || change === null) return change;
    const isSecret = String(change.path)
      .split(/[.[\]]/)
      .some((name) => isSecretName(name));
    let isRedacted = isSecret;
    const sides = (['before', 'after'] as const).flatMap((side) => {
      if (!(side in change)) return [];
      const at = ['changes', i, side];
      const note: Cut = (steps) => {
        isRedacted = true;
        cut(steps);
      };
      if (isSecret) note(at);
      return [[side, isSecret ? MASK : redactJson(change[side], at, note, true)] as const];
    });
    return { ...change, ...Object.fromEntries(sides), ...(isRedacted && { redacted: true }) };
  });
}
