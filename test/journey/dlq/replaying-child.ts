/** Replays all dead letters of a queue as the Lambda and the command do together, in a process that a test may kill. */
import { runSteps } from '../../../bin/dlq/run-steps.ts';
import { makeDeadLetters } from '../../../src/aws/queue/dead-letters.ts';
import { sqsCalls } from '../../../src/aws/queue/queue-calls.ts';
import { makeDeadLetterActs } from '../../../src/stream/dead-letters/dead-letter-acts.ts';
import { LIMITS } from '../../../src/stream/limits.ts';
import { aPrincipal } from '../../stream/memory-home.ts';

/** With `dieAt` it kills itself there: as many batches are sent, and the last of them is not deleted. */
const [endpoint = '', queueUrl = '', dieAt] = process.argv.slice(2);
let removed = 0;
const calls = sqsCalls({
  endpoint,
  region: 'elasticmq',
  credentials: { accessKeyId: 'x', secretAccessKey: 'x' },
});
const acts = makeDeadLetterActs({
  deadLetters: makeDeadLetters({
    calls: {
      ...calls,
      remove(url, handles) {
        if (++removed === Number(dieAt)) process.kill(process.pid, 'SIGKILL');
        return calls.remove(url, handles);
      },
    },
    queues: { queues: { destination: queueUrl }, withoutQueue: {} },
    // So that what the killed process had in hand is seen again soon.
    holdMs: 4_000,
  }),
  systemEvents: { report: () => {}, settled: async () => {} },
  limits: LIMITS,
  now: Date.now,
});
const principal = aPrincipal({ roles: ['operator'], tenantId: 'audit-stream' });
const bench = {
  act: async (what: keyof typeof acts, args: object) => {
    const answer = await acts[what]({ principal }, args);
    if ('fault' in answer) throw new Error(answer.fault.message);
    return answer.result;
  },
};

const report = await runSteps(bench, {
  what: 'replay-dead-letters',
  selection: {},
  force: false,
  rate: 10_000,
  onProgress: () => {},
  stop: new AbortController().signal,
});
process.exit(report.end.kind === 'complete' && report.failed.length === 0 ? 0 : 1);
