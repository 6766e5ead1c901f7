/** Which subscriptions one connection carries, and under which names on the wire. */
import type { Subscription } from './subscription.ts';

export interface Attachment {
  readonly wire: string;
  /** The server has acknowledged it on this connection. */
  ready: boolean;
  /** Pulled to the end on this connection. */
  caughtUp: boolean;
  /** Settles when the server has answered the subscribe. */
  settled: Promise<void>;
}

/** Room for the number that tells two subscriptions of one name apart, within the 64 characters of a name. */
const LONGEST_STEM = 56;

/** A name is used once in a connection: events of a replaced filter that are still on their way are nobody's. */
export class Attachments {
  readonly #bySub = new Map<Subscription, Attachment>();
  readonly #byWire = new Map<string, Subscription | undefined>();

  add(sub: Subscription): Attachment {
    const attachment: Attachment = {
      wire: this.#free(sub.name),
      ready: false,
      caughtUp: false,
      settled: Promise.resolve(),
    };
    this.#bySub.set(sub, attachment);
    this.#byWire.set(attachment.wire, sub);
    return attachment;
  }

  get(sub: Subscription): Attachment | undefined {
    return this.#bySub.get(sub);
  }

  remove(sub: Subscription): void {
    const attachment = this.#bySub.get(sub);
    if (!attachment) return;
    this.#bySub.delete(sub);
    this.#byWire.set(attachment.wire, undefined);
  }

  /** The living subscriptions of these names on the wire. */
  subs(wires: readonly string[]): readonly Subscription[] {
    const subs = new Set<Subscription>();
    for (const wire of wires) {
      const sub = this.#byWire.get(wire);
      if (sub && !sub.ended) subs.add(sub);
    }
    return [...subs];
  }

  #free(name: string): string {
    if (!this.#byWire.has(name)) return name;
    for (let n = this.#byWire.size; ; n++) {
      const wire = `${name.slice(0, LONGEST_STEM).toWellFormed()}~${n}`;
      if (!this.#byWire.has(wire)) return wire;
    }
  }
}
