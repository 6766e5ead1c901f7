/** The rules and events that filter benches run on: the same bytes for us and for event-ruler. */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export interface Rule {
  readonly source: readonly string[];
  readonly detail: Record<string, unknown>;
}

export interface Envelope {
  readonly detail: Record<string, unknown>;
}

/** `count` patterns over 1,000 tenants. */
export function generateRules(count: number): Rule[] {
  return JSON.parse(script('generate.mjs', String(count), '1')) as Rule[];
}

/** The corpus as 1,977 envelopes, every other one with values that the rules ask for; one JSON text each. */
export function eventTexts(): string[] {
  const corpus = fileURLToPath(new URL('../test/data/corpus/events.ndjson', import.meta.url));
  return script('events.mjs', corpus).trimEnd().split('\n');
}

/** The text that is the median by bytes. */
export function medianText(texts: readonly string[]): string {
  return texts.toSorted((a, b) => Buffer.byteLength(a) - Buffer.byteLength(b))[texts.length >> 1] as string;
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[numbers.length >> 1] as number;
}

function script(name: string, ...args: string[]): string {
  const path = fileURLToPath(new URL(name, import.meta.url));
  return execFileSync(process.execPath, [path, ...args], { encoding: 'utf8', maxBuffer: 2 ** 30 });
}
