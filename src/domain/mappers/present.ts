/** Leaves out what is not there, so that no mapping writes an empty field. */
export function present<Value>(
  ...parts: readonly Readonly<Record<string, Value | undefined>>[]
): Record<string, Value> {
  const those: Record<string, Value> = {};
  for (const part of parts)
    for (const name of Object.keys(part)) {
      const value = part[name];
      if (value !== undefined) those[name] = value;
    }
  return those;
}

/** The same, or nothing where nothing is there. */
export function some(fields: Readonly<Record<string, unknown>>): Record<string, unknown> | undefined {
  const those = present(fields);
  return Object.keys(those).length > 0 ? those : undefined;
}
