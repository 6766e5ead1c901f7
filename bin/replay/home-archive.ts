/** A home's archive, as `replay` asks it: over the stream while it runs, or in its data folder while it is stopped. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import { StreamError } from '../../src/client/stream-error.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { loadConfig } from '../../src/local/config/load-config.ts';
import { topologyWith } from '../../src/local/destinations.ts';
import { makePublish } from '../../src/local/publish.ts';
import { openStore, type Store } from '../../src/local/store/open-store.ts';
import { LIMITS } from '../../src/stream/limits.ts';
import { logToStderr } from '../../src/stream/log.ts';
import { makeReplayArchive, type ReplayArgs } from '../../src/stream/replay-archive.ts';
import type { Replay, ReplayCount } from '../../src/stream/replays.ts';
import { makeSystemEvents } from '../../src/stream/system-events.ts';
import type { Access } from '../access.ts';
import { UsageError } from '../command.ts';
import { whoRuns } from '../who.ts';

export interface HomeArchive {
  /** Rejects in words. */
  ask<Args extends ReplayArgs>(args: Args): Promise<Args extends { step: 'count' } ? ReplayCount : Replay>;
  close(): Promise<void>;
}

/** Of a running home. What was asked twice does no harm but for `begin`, which is asked once. */
export function archiveOfRunning({ streamUrl, getToken, tenant }: Access): HomeArchive {
  const client = new AuditStreamClient({
    url: streamUrl,
    getToken,
    ...(tenant !== undefined && { tenant }),
  });
  client.connect();
  return {
    async ask(args) {
      for (let attempt = 1; ; attempt++) {
        try {
          return (await client.act('replay-archive', args)) as never;
        } catch (error) {
          const mayAskAgain = error instanceof StreamError && !error.final && args.step !== 'begin';
          if (!mayAskAgain || attempt === TRIES) throw inWords(error);
          await sleep(PAUSE_MS);
        }
      }
    },
    close: async () => client.close(),
  };
}

/** Of a stopped one; only its configuration knows its destinations, and how long it keeps what. */
export function archiveOfStopped(
  dataDir: string,
  configFile?: string,
): HomeArchive & { readonly store: Store } {
  if (!existsSync(join(dataDir, 'audit-stream.db')))
    throw new UsageError(`${dataDir} holds no audit-stream.db: give the --data folder of a home`);
  const config = configFile === undefined ? {} : loadConfig(configFile);
  const store = openStore({
    dataDir,
    sweeps: false,
    topology: topologyWith(config.destinations ?? []),
    ...(config.retention && { retention: config.retention }),
  });
  const systemEvents = makeSystemEvents({
    publish: makePublish(store),
    now: Date.now,
    log: logToStderr,
    perMinute: LIMITS.systemEventsPerMinute,
    ...(config.environment !== undefined && { environment: config.environment }),
  });
  const replayArchive = makeReplayArchive({ replays: store.replays, systemEvents });
  const principal = {
    subject: whoRuns(),
    tenantId: SYSTEM_TENANT,
    roles: ['operator'],
    tokenExpiresAtMs: Infinity,
  } as const;
  return {
    store,
    async ask(args) {
      const answer = replayArchive(principal, args);
      if ('fault' in answer) throw inWords(answer.fault);
      return answer.result as never;
    },
    async close() {
      await systemEvents.settled();
      await store.close();
    },
  };
}

function inWords(error: unknown): Error {
  const { message, path } = error as { message: string; path?: string };
  const option = path === undefined ? undefined : OPTIONS[path];
  return option === undefined ? new Error(message, { cause: error }) : new UsageError(`${option} ${message}`);
}

/** As a person wrote what is at fault. */
const OPTIONS: Readonly<Record<string, string>> = {
  'args.sink': '--sink',
  'args.filter': '--filter',
  'args.name': '--resume:',
};
const TRIES = 5;
const PAUSE_MS = 1_000;
