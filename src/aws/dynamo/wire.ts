/** DynamoDB's JSON with bytes in it: an attribute `B` is base64 on the wire.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.LowLevelAPI.html#Programming.LowLevelAPI.DataTypeDescriptors */

export function toWire(input: object): string {
  return JSON.stringify(input, encoded);
}

/** Most answers have no bytes, and are read without looking for any. */
export function fromWire(text: string): unknown {
  return BYTES.test(text) ? JSON.parse(text, decoded) : JSON.parse(text);
}

/** However it is spaced: DynamoDB leaves no room, others may. */
const BYTES = /"B"\s*:/;

/** A `Buffer` has been made an object of numbers by its own `toJSON` when it is asked for here. */
function encoded(this: unknown, name: string, value: unknown): unknown {
  if (name !== 'B') return value;
  const own = (this as { readonly B: unknown }).B;
  return own instanceof Uint8Array ? Buffer.from(own).toString('base64') : value;
}

function decoded(name: string, value: unknown): unknown {
  return name === 'B' && typeof value === 'string' ? Buffer.from(value, 'base64') : value;
}
