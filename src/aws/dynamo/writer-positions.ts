/** Gives one writer its positions in the trail: growing, and in a range of the millisecond that hardly anybody shares. */
import { type Position, positionAt } from '../../domain/position.ts';

/** Where in the millisecond a writer begins: half of the 2³⁰ orders is left to go on from there. */
const BEGINNINGS = 2 ** 29;
/** A clock that went back by less goes on from the last position; by more, it was set. */
const SMALL_STEP_MS = 500;

export function makeWriterPositions(random: () => number): (nowMs: number) => Position {
  let lastMs = 0;
  let order = 0;
  return (nowMs) => {
    if (nowMs > lastMs || lastMs - nowMs > SMALL_STEP_MS) {
      lastMs = nowMs;
      order = Math.floor(random() * BEGINNINGS);
    } else order++;
    return positionAt(lastMs, order);
  };
}
