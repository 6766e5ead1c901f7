/** Every condition of an index once, and what one event makes of it: each is decided at most once an event, and
 * only when some filter still depends on it. */
import { accepts, type Condition, type Value } from './condition.ts';
import { EventReader, growPath, type PathTree, type Place, pathTree, prunePath } from './read-event.ts';

/** A field that some condition is about. */
class Field {
  readonly path: string;
  readonly steps: readonly string[];
  /** How many conditions are about it. */
  conditions = 0;
  /** The conditions that are plain lists of values, by value. */
  readonly byValue = new Map<Value, number | number[]>();
  /** What the event of `epoch` has at the field. */
  epoch = 0;
  readonly values: Value[] = [];
  readonly places: (Place | undefined)[] = [];
  placed = false;
  /** The plain conditions that hold for the event of `satisfiedEpoch`. */
  satisfiedEpoch = 0;
  readonly satisfied: number[] = [];

  constructor({ path, steps }: Condition) {
    this.path = path;
    this.steps = steps;
  }
}

/** Two truths an epoch fit into 31 bits this often. */
const LAST_EPOCH = 2 ** 29;

export class ConditionTable {
  readonly #byKey = new Map<string, number>();
  readonly #byPath = new Map<string, number>();
  readonly #tree: PathTree = pathTree();
  readonly #reader = new EventReader(this.#tree, (number, value, place) => {
    const field = this.#fields[number] as Field;
    if (field.epoch !== this.#epoch) {
      field.epoch = this.#epoch;
      field.values.length = 0;
      field.places.length = 0;
      field.placed = false;
    }
    field.values.push(value);
    field.places.push(place);
    if (place !== undefined) {
      field.placed = true;
      this.#anyPlace = true;
    }
  });
  readonly #conditions: Condition[] = [];
  readonly #fields: Field[] = [];
  readonly #uses: number[] = [];
  readonly #freeConditions: number[] = [];
  readonly #freeFields: number[] = [];
  #fieldOf = new Int32Array(64);
  /** `epoch * 2 + 1` where the condition holds for the event, `epoch * 2` where it does not; older: not known. */
  #truth = new Int32Array(64);
  #epoch = 0;
  #anyPlace = false;

  /** The number of an equal condition, or -1. */
  find(condition: Condition): number {
    return this.#byKey.get(condition.key) ?? -1;
  }

  /** The condition's number; one use more. */
  acquire(condition: Condition): number {
    const known = this.#byKey.get(condition.key);
    if (known !== undefined) {
      this.#uses[known] = (this.#uses[known] as number) + 1;
      return known;
    }
    const id = this.#freeConditions.pop() ?? this.#conditions.length;
    if (id >= this.#truth.length) this.#grow();
    const number = this.#fieldNumber(condition);
    const field = this.#fields[number] as Field;
    this.#byKey.set(condition.key, id);
    // Ten thousand conditions on a field share its name.
    this.#conditions[id] = { ...condition, path: field.path, steps: field.steps };
    this.#uses[id] = 1;
    this.#fieldOf[id] = number;
    this.#truth[id] = 0;
    field.conditions++;
    if (isPlain(condition))
      for (const value of condition.values) {
        const same = field.byValue.get(value);
        if (same === undefined) field.byValue.set(value, id);
        else if (typeof same === 'number') field.byValue.set(value, [same, id]);
        else same.push(id);
      }
    return id;
  }

  /** One use less; without uses the condition is forgotten, and with its last condition the field. */
  release(id: number): void {
    const uses = (this.#uses[id] as number) - 1;
    this.#uses[id] = uses;
    if (uses > 0) return;
    const condition = this.#conditions[id] as Condition;
    const number = this.#fieldOf[id] as number;
    const field = this.#fields[number] as Field;
    if (isPlain(condition))
      for (const value of condition.values) {
        const same = field.byValue.get(value) as number | number[];
        if (typeof same === 'number') field.byValue.delete(value);
        else {
          same.splice(same.indexOf(id), 1);
          if (same.length === 1) field.byValue.set(value, same[0] as number);
        }
      }
    this.#byKey.delete(condition.key);
    this.#freeConditions.push(id);
    if (--field.conditions === 0) {
      this.#byPath.delete(condition.path);
      prunePath(this.#tree, field.steps);
      this.#freeFields.push(number);
    }
  }

  condition(id: number): Condition {
    return this.#conditions[id] as Condition;
  }

  fieldOf(id: number): number {
    return this.#fieldOf[id] as number;
  }

  /** A rough share of the events that satisfy the condition. */
  likelihood(id: number): number {
    const condition = this.#conditions[id] as Condition;
    if (condition.absent) return 0.9;
    const values = (this.#fields[this.#fieldOf[id] as number] as Field).byValue.size;
    let unlikely = 1 - Math.min(1, condition.values.length / Math.max(values, 1));
    for (const test of condition.tests) unlikely *= 1 - LIKELIHOOD[test.kind];
    return 1 - unlikely;
  }

  isPlain(id: number): boolean {
    return isPlain(this.#conditions[id] as Condition);
  }

  /** Takes up an event: what follows is about it. */
  read(event: unknown): void {
    if (this.#epoch === LAST_EPOCH) {
      this.#truth.fill(0);
      for (const field of this.#fields) {
        field.epoch = 0;
        field.satisfiedEpoch = 0;
      }
      this.#epoch = 0;
    }
    this.#epoch++;
    this.#anyPlace = false;
    this.#reader.read(event);
  }

  /** Whether the condition by itself holds for the event; of a field in an array's objects: for some element. */
  holds(id: number): boolean {
    const truth = this.#truth[id] as number;
    if (truth >> 1 === this.#epoch) return (truth & 1) === 1;
    const holds = this.#decide(id);
    this.#truth[id] = this.#epoch * 2 + (holds ? 1 : 0);
    return holds;
  }

  /** The plain conditions on the field that hold for the event. */
  satisfied(number: number): readonly number[] {
    const field = this.#fields[number] as Field;
    if (field.satisfiedEpoch === this.#epoch) return field.satisfied;
    field.satisfiedEpoch = this.#epoch;
    field.satisfied.length = 0;
    if (field.epoch !== this.#epoch) return field.satisfied;
    const seen = field.values.length === 1 ? undefined : new Set<number>();
    for (const value of field.values) {
      const ids = field.byValue.get(value);
      if (ids === undefined) continue;
      if (typeof ids === 'number') this.#satisfy(field, ids, seen);
      else for (let i = 0; i < ids.length; i++) this.#satisfy(field, ids[i] as number, seen);
    }
    return field.satisfied;
  }

  /** Whether conditions that each hold may still not hold in the same element of an array. */
  mayConflict(conditions: Int32Array, from: number, to: number): boolean {
    if (!this.#anyPlace) return false;
    let placed = 0;
    for (let i = from; i < to; i++) {
      const id = conditions[i] as number;
      const field = this.#fields[this.#fieldOf[id] as number] as Field;
      if (field.epoch !== this.#epoch || !field.placed) continue;
      if ((this.#conditions[id] as Condition).absent || ++placed > 1) return true;
    }
    return false;
  }

  /** The event's values at a condition's field. */
  valuesFor(id: number): Field | typeof NOTHING {
    const field = this.#fields[this.#fieldOf[id] as number] as Field;
    return field.epoch === this.#epoch ? field : NOTHING;
  }

  #satisfy(field: Field, id: number, seen: Set<number> | undefined): void {
    if (seen !== undefined) {
      if (seen.has(id)) return;
      seen.add(id);
    }
    this.#truth[id] = this.#epoch * 2 + 1;
    field.satisfied.push(id);
  }

  #decide(id: number): boolean {
    const condition = this.#conditions[id] as Condition;
    const field = this.#fields[this.#fieldOf[id] as number] as Field;
    if (field.epoch !== this.#epoch) return condition.absent;
    // Absent from the elements that other conditions pick: possible, so it counts until `mayConflict` looks closer.
    if (condition.absent && field.placed) return true;
    for (let i = 0; i < field.values.length; i++)
      if (accepts(condition, field.values[i] as Value)) return true;
    return false;
  }

  #fieldNumber(condition: Condition): number {
    const known = this.#byPath.get(condition.path);
    if (known !== undefined) return known;
    const number = this.#freeFields.pop() ?? this.#fields.length;
    this.#fields[number] = new Field(condition);
    this.#byPath.set(condition.path, number);
    growPath(this.#tree, condition.steps).field = number;
    return number;
  }

  #grow(): void {
    const size = this.#truth.length * 2;
    const truth = new Int32Array(size);
    const fieldOf = new Int32Array(size);
    truth.set(this.#truth);
    fieldOf.set(this.#fieldOf);
    this.#truth = truth;
    this.#fieldOf = fieldOf;
  }
}

const NOTHING = { values: [] as const, places: [] as const };

const LIKELIHOOD = {
  address: 0.05,
  'equals-ignore-case': 0.1,
  prefix: 0.15,
  suffix: 0.15,
  'prefix-ignore-case': 0.15,
  'suffix-ignore-case': 0.15,
  wildcard: 0.15,
  cidr: 0.2,
  numeric: 0.4,
  'anything-but': 0.9,
  present: 0.95,
} as const;

/** Nothing but a list of values. */
function isPlain(condition: Condition): boolean {
  return condition.tests.length === 0 && !condition.absent;
}
