/** What may be said of a thrown value: its name or kind, because its message may hold what must not be logged. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}
