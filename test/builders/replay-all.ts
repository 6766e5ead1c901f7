/** A whole replay of a store's archive, in as many steps as it takes. */
import type { Store } from '../../src/local/store/open-store.ts';
import type { Replay, ReplayWanted } from '../../src/stream/replays.ts';

export function replayAll({ replays }: Pick<Store, 'replays'>, wanted: Partial<ReplayWanted> = {}): Replay {
  let replay = replays.begin({ route: 'record', fromMs: 0, toMs: Date.now() + 1_000, ...wanted });
  while (!replay.isDone) replay = replays.goOn(replay.name, 500);
  return replay;
}
