/** What the stream tells its operator: one line an occurrence, of names and counts, never a token, body or event. */

export type Log = (
  level: 'info' | 'warn' | 'error',
  message: string,
  fields?: Readonly<Record<string, string | number | boolean | undefined>>,
) => void;

/** One JSON object a line on stderr; what CloudWatch and any log shipper read. */
export const logToStderr: Log = (level, message, fields) => {
  console.error(JSON.stringify({ level, message, ...fields }));
};

/** What a thrown value says of itself, for a log line. */
export function causeOf(error: unknown): string {
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
