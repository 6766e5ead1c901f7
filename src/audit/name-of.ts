/** What may be said of a thrown value, whose message may hold what must not be logged. */

/** Its name or kind. */
export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : typeof error;
}

/** The system's code of a failed call, as `ENOSPC`. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'Error';
}
