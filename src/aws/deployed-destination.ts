/** A destination on its way from the construct to its Lambda: as JSON in a variable, without the sink's code. */
import type { Destination } from '../sink/destination.ts';
import { sinkNamed } from '../sink/registry.ts';

export function destinationToText({ sink, ...rest }: Destination): string {
  return JSON.stringify({ ...rest, sink: sink.name });
}

/** Throws when the code does not know the sink: the two were not deployed together. */
export function destinationFromText(text: string): Destination {
  const { sink: name, ...rest } = JSON.parse(text) as Omit<Destination, 'sink'> & { readonly sink: string };
  const sink = sinkNamed(name);
  if (!sink) throw new Error(`there is no sink ${name}: deploy the stack again`);
  return { ...rest, sink };
}
