/** Counts what entered and left each queue, in the same transactions: a row that vanishes by itself is noticed. */
import type { Database } from './database.ts';

export interface Metered {
  readonly entered: number;
  readonly left: number;
  /** Deleted from its dead letters by a person. */
  readonly purged: number;
}

export interface Meters {
  /** Both are called inside the transaction that moves the messages. */
  entered(queue: string, messages: number): void;
  /** Delivered, or let go after the dead letters' retention. */
  left(queue: string, messages: number): void;
  purged(queue: string, messages: number): void;
  of(queue: string): Metered;
}

export function makeMeters(db: Database): Meters {
  const add = db.sql.prepare(
    `INSERT INTO meters (queue, entered, "left", purged) VALUES (?, ?, ?, ?)
     ON CONFLICT (queue) DO UPDATE SET entered = entered + excluded.entered, "left" = "left" + excluded."left",
       purged = purged + excluded.purged`,
  );
  const read = db.sql.prepare('SELECT entered, "left", purged FROM meters WHERE queue = ?');
  return {
    entered: (queue, messages) => add.run(queue, messages, 0, 0),
    left: (queue, messages) => add.run(queue, 0, messages, 0),
    purged: (queue, messages) => add.run(queue, 0, 0, messages),
    of: (queue) => (read.get(queue) as unknown as Metered | undefined) ?? NONE,
  };
}

const NONE: Metered = { entered: 0, left: 0, purged: 0 };
