import { TOPOLOGY } from '../../../src/domain/topology.ts';
import { openStore } from '../../../src/local/store/open-store.ts';
import { acceptable } from '../../builders/acceptable.ts';
import { deadLettersContract } from '../../contracts/dead-letters.contract.ts';

/** Which queue an event takes is said by its source. */
const route = (name: string) => ({ ...TOPOLOGY.record, name, pattern: { source: [`audit.${name}`] } });

deadLettersContract('the store', async () => {
  const store = openStore({
    dataDir: ':memory:',
    random: () => 0,
    topology: { first: route('first'), second: route('second') },
  });
  return {
    deadLetters: store.deadLetters,
    queues: ['first', 'second'],
    send: async (queue, details) => {
      await store.accept(details.map((detail) => ({ ...acceptable(detail), source: `audit.${queue}` })));
    },
    consume: (queue, consumer) => store.consume(queue, consumer),
    end: () => store.close(),
  };
});
