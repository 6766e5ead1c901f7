/** What waits among the dead letters: in groups, and one by one in pages that fit a frame. */
import { type LetterSummary, summaryOf, tenantOf } from '../../domain/dead-letters/dead-letter.ts';
import { type LetterGroup, makeGroups } from '../../domain/dead-letters/groups.ts';
import { utf8Bytes } from '../../domain/protocol/encode.ts';
import { optional, type Shape, text } from '../../domain/protocol/fields.ts';
import type { DeadLetter, Principal } from '../ports.ts';
import type { DeadLetterActsOptions, DeadLetterAnswer } from './dead-letter-acts.ts';
import { mayKnow } from './may-know.ts';
import { argsFault, selectionIn } from './read-args.ts';

const ARGS: Shape = { selection: () => undefined, next: optional(text) };

/** The first page has the groups of all letters (as far as `scanned` came: `isComplete`), later ones have none. */
export function makeListLetters({ deadLetters, limits, now }: DeadLetterActsOptions): DeadLetterAnswer {
  return async ({ principal }, args) => {
    const fault = argsFault(args, ARGS);
    if (fault) return { fault };
    const { selection, next } = args as { readonly selection?: unknown; readonly next?: string };
    const selected = await selectionIn(selection, deadLetters);
    if ('fault' in selected) return selected;
    const { matches, selection: which } = selected.read;

    const nowMs = now();
    const groups = makeGroups(nowMs);
    const page = makePage(limits.frameBytes / 2);
    const isFirst = next === undefined;
    const looked = await deadLetters.look(
      { ...scopeOf(which), ...(next !== undefined && { from: next }) },
      (letter, cursor) => {
        if (!isFor(principal, letter) || !matches(letter, nowMs)) return 'more';
        if (isFirst) groups.add(letter);
        page.add(letter, cursor);
        return page.isFull() && !isFirst ? 'enough' : 'more';
      },
    );
    return {
      result: {
        groups: isFirst ? fitted(groups, limits.frameBytes / 2 - ROOM_BYTES) : [],
        ...page.result(),
        scanned: looked.scanned,
        ...(looked.remaining !== undefined && sees(principal) && { remaining: looked.remaining }),
        isComplete: looked.isComplete,
      },
    };
  };
}

export function isFor(principal: Principal, letter: DeadLetter): boolean {
  return mayKnow(principal, tenantOf(letter));
}

/** How many letters a queue has is told to nobody whose they may not be. */
export function sees(principal: Principal): boolean {
  return mayKnow(principal, undefined);
}

/** What a home can look up by itself. */
export function scopeOf({ queue, reason }: { readonly queue?: string; readonly reason?: string }) {
  return { ...(queue !== undefined && { queue }), ...(reason !== undefined && { reason }) };
}

/** Takes letters until there are enough or they would not fit; one more says that another page follows. */
function makePage(maxBytes: number) {
  const letters: LetterSummary[] = [];
  let bytes = 0;
  let last: string | undefined;
  let hasMore = false;
  return {
    add(letter: DeadLetter, cursor: string | undefined): void {
      if (hasMore) return;
      const summary = summaryOf(letter);
      const size = utf8Bytes(JSON.stringify(summary));
      if (letters.length >= PAGE || bytes + size > maxBytes) {
        hasMore = true;
        return;
      }
      letters.push(summary);
      bytes += size;
      last = cursor;
    },
    isFull: () => hasMore,
    result: () => ({ letters, ...(hasMore && last !== undefined && { next: last }) }),
  };
}

const PAGE = 20;
const MOST_GROUPS = 100;
/** Of the message around them. */
const ROOM_BYTES = 1_024;

/** As many groups as fit, the rest put together. */
function fitted(groups: ReturnType<typeof makeGroups>, maxBytes: number): readonly LetterGroup[] {
  for (let most = MOST_GROUPS; ; most = Math.floor(most / 2)) {
    const told = groups.groups(most);
    if (most === 0 || utf8Bytes(JSON.stringify(told)) <= maxBytes) return told;
  }
}
