/** A large event came trimmed: its whole is fetched when somebody looks. */
import { useEffect, useState } from 'preact/hooks';
import type { AuditEvent } from '../../../src/domain/event/audit-event.ts';
import type { EventRow } from '../rows/row.ts';

interface Loading {
  readonly id: string;
  readonly event?: AuditEvent;
  readonly trouble?: string;
}

interface Whole {
  readonly event: AuditEvent;
  readonly state: 'whole' | 'loading' | 'failed';
  readonly trouble?: string;
}

export function useWhole(row: EventRow, fetchWhole: (id: string) => Promise<AuditEvent>): Whole {
  const [loading, setLoading] = useState<Loading>({ id: row.id });
  useEffect(() => {
    if (!row.trimmed) return;
    let wanted = true;
    setLoading({ id: row.id });
    fetchWhole(row.id).then(
      (event) => wanted && setLoading({ id: row.id, event }),
      (error: Error) => {
        const trouble = `Only a part of this large event could be loaded: ${error.message}`;
        if (wanted) setLoading({ id: row.id, trouble });
      },
    );
    return () => {
      wanted = false;
    };
  }, [row.id]);
  if (!row.trimmed) return { event: row.event, state: 'whole' };
  const { event, trouble } = loading.id === row.id ? loading : { event: undefined, trouble: undefined };
  if (event) return { event, state: 'whole' };
  return trouble === undefined
    ? { event: row.event, state: 'loading' }
    : { event: row.event, state: 'failed', trouble };
}
