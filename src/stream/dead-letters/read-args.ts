/** Reads an act's arguments: each fault names its path, and a field that is none is a fault too. */
import { type ReadSelection, readSelection } from '../../domain/dead-letters/selection.ts';
import { type Fault, firstFault, isObject, kindOf, type Shape } from '../../domain/protocol/fields.ts';
import type { ServerError } from '../../domain/protocol/messages.ts';
import { serverError } from '../../domain/protocol/server-error.ts';
import type { DeadLetters } from '../ports.ts';

const ARGS = 'args';

export function argsFault(args: unknown, shape: Shape): ServerError | undefined {
  if (!isObject(args)) return refused({ path: ARGS, message: `must be an object, got ${kindOf(args)}` });
  const unknown = Object.keys(args).find((name) => !Object.hasOwn(shape, name));
  const fault =
    unknown === undefined
      ? firstFault(shape, args, ARGS)
      : {
          path: `${ARGS}.${unknown.slice(0, 64)}`,
          message: `is no argument; it takes ${Object.keys(shape).join(', ')}`,
        };
  return fault && refused(fault);
}

type Selected = Extract<ReadSelection, { kind: 'selection' }>;

/** The selection among the arguments, whose queue must be one. */
export async function selectionIn(
  value: unknown,
  deadLetters: Pick<DeadLetters, 'queues'>,
): Promise<{ readonly read: Selected } | { readonly fault: ServerError }> {
  const path = `${ARGS}.selection`;
  const read = readSelection(value ?? {}, path);
  if (read.kind === 'fault')
    return { fault: refused(read.fault, read.of === 'pattern' ? 'invalid_filter' : 'invalid_message') };
  const fault = await queueFault(read.selection.queue, `${path}.queue`, deadLetters);
  return fault ? { fault } : { read };
}

export async function queueFault(
  queue: string | undefined,
  path: string,
  deadLetters: Pick<DeadLetters, 'queues'>,
): Promise<ServerError | undefined> {
  if (queue === undefined) return undefined;
  const names = (await deadLetters.queues()).map(({ name }) => name);
  if (names.includes(queue)) return undefined;
  return refused({ path, message: `there is no such queue; there are ${names.join(', ')}` }, 'not_found');
}

function refused(
  { path, message }: Fault,
  name: 'invalid_message' | 'invalid_filter' | 'not_found' = 'invalid_message',
): ServerError {
  return serverError(name, message, { path });
}
