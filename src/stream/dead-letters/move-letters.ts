/** Replays or purges selected letters, one bounded step a call: whoever calls repeats it and sets the pace. Every step that
 * moved anything is on record before it is answered. */
import { MAX_STEP_LETTERS } from '../../domain/dead-letters/progress.ts';
import { deciderOf, type MoveTo, newRun, type RunRules, runBeganMs } from '../../domain/dead-letters/run.ts';
import type { Selection } from '../../domain/dead-letters/selection.ts';
import { type Check, flag, kindOf, optional, type Shape, text } from '../../domain/protocol/fields.ts';
import type { Counts, DeadLetters, Moved, Principal } from '../ports.ts';
import type { DeadLetterActsOptions, DeadLetterAnswer } from './dead-letter-acts.ts';
import { isFor, scopeOf, sees } from './list-letters.ts';
import { argsFault, selectionIn } from './read-args.ts';

const stepLimit: Check = (value, path) =>
  Number.isSafeInteger(value) && (value as number) >= 1 && (value as number) <= MAX_STEP_LETTERS
    ? undefined
    : { path, message: `must be a whole number from 1 to ${MAX_STEP_LETTERS}, got ${kindOf(value)}` };

const runName: Check = (value, path) =>
  typeof value === 'string' && runBeganMs(value) !== undefined
    ? undefined
    : { path, message: `must be a run that an earlier step named, got ${kindOf(value)}` };

const ARGS: Shape = {
  selection: () => undefined,
  limit: optional(stepLimit),
  run: optional(runName),
  next: optional(text),
  dryRun: optional(flag),
  force: optional(flag),
};

interface Args {
  readonly selection?: unknown;
  readonly limit?: number;
  readonly run?: string;
  readonly next?: string;
  readonly dryRun?: boolean;
  readonly force?: boolean;
}

/** Named in the answer by what was done. */
const DONE = { queue: 'replayed', nowhere: 'purged' } as const;

export function makeMoveLetters(options: DeadLetterActsOptions, to: MoveTo): DeadLetterAnswer {
  const { deadLetters, now, random = Math.random } = options;
  return async ({ principal }, args) => {
    const fault = argsFault(args, ARGS);
    if (fault) return { fault };
    const given = args as Args;
    const selected = await selectionIn(given.selection, deadLetters);
    if ('fault' in selected) return selected;
    const { matches, selection } = selected.read;
    const run = given.run ?? newRun(now(), random);
    const beganMs = Math.min(runBeganMs(run) ?? 0, now());
    const queues = await deadLetters.queues();
    const rules: RunRules = {
      run,
      to,
      isMeant: (letter) => isFor(principal, letter) && matches(letter, beganMs),
      consumed: new Set(queues.flatMap(({ name, isConsumed }) => (isConsumed ? [name] : []))),
      force: given.force === true || selection.ids !== undefined,
    };
    const which = { ...scopeOf(selection), ...(given.next !== undefined && { from: given.next }) };
    const moved: Moved | Counted = given.dryRun
      ? await count(deadLetters, which, rules)
      : await deadLetters.move({
          ...which,
          to,
          limit: given.limit ?? MAX_STEP_LETTERS,
          replay: { atMs: now(), by: principal.subject.slice(0, MAX_SUBJECT_CHARS).toWellFormed(), run },
          decide: deciderOf(rules),
        });
    if (!given.dryRun) await record(options, principal, to, run, selection, moved);
    return {
      result: {
        run,
        [DONE[to]]: moved.moved,
        skipped: asList(moved.skipped),
        failed: asList(moved.failed),
        ...(moved.next !== undefined && { next: moved.next }),
        ...(sees(principal) && 'remaining' in moved && { remaining: moved.remaining }),
        ...(moved.hidden !== undefined && moved.hidden > 0 && { hidden: moved.hidden }),
        isComplete: 'isComplete' in moved ? moved.isComplete : moved.next === undefined,
      },
    };
  };
}

interface Counted extends Moved {
  readonly isComplete: boolean;
  readonly remaining?: number;
}

/** What a step would do to every letter; moves none. */
async function count(
  deadLetters: DeadLetters,
  which: Parameters<DeadLetters['look']>[0],
  rules: RunRules,
): Promise<Counted> {
  const decide = deciderOf(rules);
  const skipped: Record<string, number> = {};
  let moved = 0;
  const looked = await deadLetters.look(which, (letter) => {
    const decision = decide(letter);
    if (decision.kind === 'take') moved++;
    if (decision.kind === 'skip') skipped[decision.reason] = (skipped[decision.reason] ?? 0) + 1;
    return 'more';
  });
  const { isComplete, remaining } = looked;
  return { moved, skipped, failed: {}, isComplete, ...(remaining !== undefined && { remaining }) };
}

/** Of a failure too: a letter may have been sent and not deleted. */
async function record(
  { systemEvents }: DeadLetterActsOptions,
  principal: Principal,
  to: MoveTo,
  run: string,
  selection: Selection,
  { moved, failed }: Moved,
): Promise<void> {
  const failures = sum(failed);
  if (moved === 0 && failures === 0) return;
  systemEvents.report({
    action: `dead_letters.${DONE[to]}`,
    cause: principal.subject,
    principal,
    metadata: {
      run,
      [DONE[to]]: moved,
      ...(failures > 0 && { failed: failures }),
      selection: JSON.stringify(selection).slice(0, MAX_SELECTION_CHARS).toWellFormed(),
    },
  });
  await systemEvents.settled();
}

const MAX_SELECTION_CHARS = 4_000;
const MAX_SUBJECT_CHARS = 256;

function asList(counts: Counts): readonly { readonly reason: string; readonly count: number }[] {
  return Object.entries(counts).map(([reason, count]) => ({ reason, count }));
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((total, count) => total + count, 0);
}
