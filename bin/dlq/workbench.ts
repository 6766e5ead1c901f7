/** Where dead letters are worked on: a running home or deployment over its stream, or the store of a stopped home. */
import { existsSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { AuditStreamClient } from '../../src/client/audit-stream-client.ts';
import { StreamError } from '../../src/client/stream-error.ts';
import { SYSTEM_TENANT } from '../../src/domain/bus-event.ts';
import { makePublish } from '../../src/local/publish.ts';
import { openStore } from '../../src/local/store/open-store.ts';
import { type DeadLetterAct, makeDeadLetterActs } from '../../src/stream/dead-letters/dead-letter-acts.ts';
import { LIMITS } from '../../src/stream/limits.ts';
import { logToStderr } from '../../src/stream/log.ts';
import type { Principal } from '../../src/stream/ports.ts';
import { makeSystemEvents } from '../../src/stream/system-events.ts';
import { type ACCESS_OPTIONS, findAccess } from '../access.ts';

export interface Workbench {
  /** Rejects with `StreamError`. */
  act(what: DeadLetterAct, args: object): Promise<unknown>;
  close(): Promise<void>;
}

type Given = { readonly [Option in keyof typeof ACCESS_OPTIONS]?: string | undefined } & {
  readonly data?: string | undefined;
};

export function openWorkbench(given: Given): Promise<Workbench> {
  return given.data === undefined ? overTheStream(given) : inTheStore(given.data, given.tenant);
}

/** The system's own tenant works with the letters of all tenants. */
async function overTheStream(given: Given): Promise<Workbench> {
  const access = await findAccess(
    { ...given, tenant: given.tenant ?? (given['token-command'] === undefined ? SYSTEM_TENANT : undefined) },
    ['operator'],
  );
  const client = new AuditStreamClient({
    url: access.streamUrl,
    getToken: access.getToken,
    ...(access.tenant !== undefined && { tenant: access.tenant }),
  });
  client.connect();
  return { act: (what, args) => client.act(what, args), close: async () => client.close() };
}

async function inTheStore(dataDir: string, tenantId = SYSTEM_TENANT): Promise<Workbench> {
  if (!existsSync(join(dataDir, 'audit-stream.db')))
    throw new Error(`${dataDir} holds no audit-stream.db: give the --data folder of a home`);
  const store = openStore({ dataDir });
  const systemEvents = makeSystemEvents({
    publish: makePublish(store),
    now: Date.now,
    log: logToStderr,
    perMinute: LIMITS.systemEventsPerMinute,
  });
  const { deadLetters } = store;
  const acts = makeDeadLetterActs({
    // Which destinations there will be is known only to the home that starts: what goes back to a queue waits in it.
    deadLetters: {
      ...deadLetters,
      queues: async () => (await deadLetters.queues()).map(({ name }) => ({ name, isConsumed: true })),
    },
    systemEvents,
    limits: LIMITS,
    now: Date.now,
  });
  const principal: Principal = {
    subject: `${userInfo().username}@this-machine`,
    tenantId,
    roles: ['operator'],
    tokenExpiresAtMs: Number.MAX_SAFE_INTEGER,
  };
  return {
    async act(what, args) {
      const answer = await acts[what]({ principal }, args);
      if ('fault' in answer) throw StreamError.of(answer.fault);
      return answer.result;
    },
    close: () => store.close(),
  };
}
