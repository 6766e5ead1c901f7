/** Finds what stands at a path of an event or a notice, as rules write paths: `actor.id`, `targets.0.id`. */

/** Undefined where nothing stands there, or null. A number picks an element of an array; without one all elements are
 * asked (`targets.id`), and what they have is one array. A key may have dots itself: `labels.app.example.com/team`. */
export function valueAt(root: unknown, path: string): unknown {
  const steps = path.split('.');
  let value = root;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i] as string;
    if (!isObject(value) || !has(value, step)) return elsewhere(value, steps.slice(i));
    const next = value[step];
    if (next === undefined || next === null) return undefined;
    value = next;
  }
  return value ?? undefined;
}

/** Where the next step is no key of the object at hand. */
function elsewhere(value: unknown, steps: readonly string[]): unknown {
  if (Array.isArray(value)) {
    const found = value
      .map((element) => valueAt(element, steps.join('.')))
      .filter((one) => one !== undefined);
    return found.length === 0 ? undefined : found.flat();
  }
  if (!isObject(value)) return undefined;
  for (let length = 2; length <= steps.length; length++) {
    const key = steps.slice(0, length).join('.');
    if (!Object.hasOwn(value, key)) continue;
    const rest = steps.slice(length).join('.');
    return rest === '' ? (value[key] ?? undefined) : valueAt(value[key], rest);
  }
  return undefined;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** An array has its elements, and no length. */
function has(value: Readonly<Record<string, unknown>>, step: string): boolean {
  return Object.hasOwn(value, step) && (!Array.isArray(value) || /^\d+$/.test(step));
}
