/** What a command of the CLI is, and how its words are read. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';

export interface Command {
  /** One line for the overview. */
  readonly summary: string;
  readonly help: string;
  /** Returns the exit code. */
  run(args: readonly string[]): Promise<number>;
}

/** The command was called wrongly: exit code 2. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export function readArgs<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: false, strict: true }).values;
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** The same, with words beside the options. */
export function readWords<T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options,
      allowPositionals: true,
      strict: true,
    });
    return { given: values, words: positionals };
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

export function readNumber(text: string, option: string, least: number, most: number): number {
  const value = Number(text);
  if (text.trim() === '' || !(value >= least && value <= most)) {
    throw new UsageError(`--${option} must be a number from ${least} to ${most}, got "${text}"`);
  }
  return value;
}

const UNIT_SECONDS = { s: 1, m: 60, h: 3600, d: 86_400 } as const;

/** `90s`, `10m`, `2h`, `1d`. */
export function readSeconds(text: string, option: string): number {
  const [, count, unit] = /^(\d+)([smhd])$/.exec(text) ?? [];
  if (count === undefined)
    throw new UsageError(`--${option} must be a span such as 90s, 10m, 2h or 1d, got "${text}"`);
  return Number(count) * UNIT_SECONDS[unit as keyof typeof UNIT_SECONDS];
}

/** An RFC 3339 time, `now`, or a span back from now. */
export function readTimeMs(text: string, option: string, nowMs: number): number {
  if (text === 'now') return nowMs;
  if (/^\d+[smhd]$/.test(text)) return nowMs - readSeconds(text, option) * 1000;
  const ms = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms))
    throw new UsageError(
      `--${option} must be a time such as 2026-11-01T12:00:00Z, or a span back such as 10m, got "${text}"`,
    );
  return ms;
}
