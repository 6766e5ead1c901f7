/** From figures to books: what each hop took in, gave on, still has and gave up, and what the counts cannot say. */
import type { Accounts, Hop } from '../../domain/accounts.ts';

/** Counts of one span, and how many there were at its two ends. Undefined: CloudWatch has no such figure. */
export interface StreamFigures {
  /** The bus called the rule's target, with success or for the last time. */
  readonly invoked: number | undefined;
  /** The bus gave up and put the event into the dead-letter queue itself. */
  readonly givenUpByBus: number | undefined;
  readonly queued: number | undefined;
  readonly recorded: number | undefined;
  readonly duplicates: number | undefined;
  /** Dead-lettered by the consumer. */
  readonly rejected: number | undefined;
  /** Sent back to the queue from its dead letters by a person, and deleted there. */
  readonly replayed: number | undefined;
  readonly purged: number | undefined;
  readonly waitingBefore: number | undefined;
  readonly waiting: number | undefined;
  readonly deadBefore: number | undefined;
  readonly dead: number | undefined;
}

/** The same of a queue whose consumer keeps nothing that could be counted: `received` counts every delivery, `retried`
 * those that will come again. */
export type QueueFigures = Partial<
  Readonly<
    Record<
      | 'queued'
      | 'received'
      | 'retried'
      | 'rejected'
      | 'replayed'
      | 'purged'
      | 'waitingBefore'
      | 'waiting'
      | 'deadBefore'
      | 'dead',
      number | undefined
    >
  >
>;

export function queueBooksOf(name: string, figures: QueueFigures): Pick<Accounts, 'hops' | 'notes'> {
  const { queued, waiting, received = 0, retried = 0, rejected = 0 } = figures;
  const isKnown = queued !== undefined && waiting !== undefined;
  const found = hop(name, {
    in: isKnown ? queued + (figures.waitingBefore ?? 0) : null,
    out: isKnown ? received - retried - rejected : null,
    waiting: isKnown ? waiting : null,
    dead: isKnown ? deadOf(figures) : null,
  });
  return {
    hops: [found.hop],
    notes: found.excess > 0 ? [excessNote(name, found.excess)] : [],
  };
}

export function booksOf(figures: StreamFigures): Pick<Accounts, 'hops' | 'notes'> {
  // A queue that Lambda polls has points, zeros too; the bus and our own counts have none where there was nothing.
  const isKnown = figures.queued !== undefined && figures.waiting !== undefined;
  const known = (count: number | undefined) => (isKnown ? (count ?? 0) : null);
  const givenUpByBus = known(figures.givenUpByBus);
  const bus = hop('bus → record', {
    in: known(figures.invoked),
    // A replayed letter was sent to the queue as well, but not by the bus.
    out: plus(known(figures.queued), isKnown ? -(figures.replayed ?? 0) : null),
    waiting: known(0),
    dead: givenUpByBus,
  });
  const record = hop('record → trail', {
    in: plus(known(figures.queued), known(figures.waitingBefore)),
    out: plus(known(figures.recorded), known(figures.duplicates)),
    waiting: known(figures.waiting),
    dead: isKnown ? deadOf(figures) : null,
  });
  return {
    hops: [bus.hop, record.hop],
    notes: isKnown
      ? [bus, record].flatMap(({ hop, excess }) => (excess > 0 ? [excessNote(hop.name, excess)] : []))
      : ['CloudWatch has no figures of the queue yet: a new deployment has none for some minutes.'],
  };
}

/** What the consumer gave up, and what SQS moved by itself after a crash: the part of the growth that nobody counted.
 * Letters that went back or away since have grown it too. */
function deadOf(
  figures: Partial<
    Pick<StreamFigures, 'rejected' | 'givenUpByBus' | 'dead' | 'deadBefore' | 'replayed' | 'purged'>
  >,
): number {
  const { rejected = 0, givenUpByBus = 0, dead = 0, deadBefore = 0, replayed = 0, purged = 0 } = figures;
  return rejected + Math.max(0, dead + replayed + purged - deadBefore - rejected - givenUpByBus);
}

type Counts = Pick<Hop, 'in' | 'out' | 'waiting' | 'dead'>;

function hop(name: string, counts: Counts): { readonly hop: Hop; readonly excess: number } {
  const { in: taken, out, waiting, dead } = counts;
  if (taken === null || out === null || waiting === null || dead === null)
    return { hop: { name, ...counts, unaccounted: null }, excess: 0 };
  const missing = taken - out - waiting - dead;
  return { hop: { name, ...counts, unaccounted: Math.max(0, missing) }, excess: Math.max(0, -missing) };
}

function plus(a: number | null, b: number | null): number | null {
  return a === null || b === null ? null : a + b;
}

function excessNote(name: string, excess: number): string {
  return `${name}: ${excess} more than went in. Deliveries that came twice and replays count each time, and as many losses could hide behind them.`;
}
