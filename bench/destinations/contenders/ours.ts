/** A destination of ours, as its Lambda and the home run it: bus messages in, outcomes out. */
import { makeDeliver } from '../../../src/sink/deliver.ts';
import type { Destination } from '../../../src/sink/destination.ts';
import { makeSecrets } from '../../../src/sink/secrets.ts';
import { makeSend } from '../../../src/sink/send.ts';
import type { Sink } from '../../../src/sink/sink.ts';
import type { MakeBring } from '../contender.ts';

export function ours(sink: unknown, settings: (url: string) => Readonly<Record<string, unknown>>): MakeBring {
  return (url) => {
    const deliver = makeDeliver({
      destination: {
        name: 'ours',
        sink: sink as Sink,
        settings: settings(url),
        secrets: {},
        omit: [],
      } as unknown as Destination,
      send: makeSend(),
      secrets: makeSecrets(async () => 'key', Date.now),
      log: () => {},
      alertMemory: () => {
        throw new Error('takes no alerts');
      },
      budgetMs: 60_000,
    });
    return async (events) => {
      const outcomes = await deliver(
        events.map((detail, i) => ({
          messageId: `${i}`,
          receiveCount: 1,
          acceptedAtMs: 0,
          event: {
            version: '0',
            id: `${i}`,
            'detail-type': 'Audit Event',
            source: 'audit.bench',
            account: '',
            time: '',
            region: '',
            resources: [],
            detail,
          },
        })),
      );
      const lost = outcomes.filter(({ kind }) => kind !== 'delivered');
      if (lost.length > 0) throw new Error(`${lost.length} not delivered: ${JSON.stringify(lost[0])}`);
    };
  };
}
