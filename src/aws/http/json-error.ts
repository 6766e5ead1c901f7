/** Reads what AWS's JSON protocols say of a refused request.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_0-protocol.html#operation-error-serialization */

export interface JsonError {
  /** As the service names it, without its shape's namespace; empty where it says none. */
  readonly name: string;
  readonly message: string;
  /** What it says besides. */
  readonly [more: string]: unknown;
}

/** Never throws: what is no JSON says nothing. */
export function readJsonError(body: Buffer, parse: (text: string) => unknown = JSON.parse): JsonError {
  try {
    const { __type, message, Message, ...more } = parse(body.toString()) as Readonly<Record<string, unknown>>;
    return {
      ...more,
      name: String(__type ?? '').replace(/^.*#/, ''),
      message: String(message ?? Message ?? ''),
    };
  } catch {
    return { name: '', message: '' };
  }
}
