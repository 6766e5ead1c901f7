/** Leaves out what is not there, so that no mapping writes an empty field. */
export function present<Value>(fields: Readonly<Record<string, Value | undefined>>): Record<string, Value> {
  const those: Record<string, Value> = {};
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) those[name] = value;
  return those;
}

/** The same, or nothing where nothing is there. */
export function some(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const those = present(fields);
  return Object.keys(those).length > 0 ? those : undefined;
}
