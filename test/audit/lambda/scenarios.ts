/** What may happen to an audited function on Lambda: each scenario lives through it many times and says what was kept. */
import { accept, type BusAnswer, failed } from '../../builders/a-bus.ts';
import type { Call } from '../../services/lambda/watching-proxy.ts';
import { aScene, type Lambda, type Scene, type SceneOptions } from './scene.ts';
import { isAnswer, type Tally } from './tally.ts';

export interface Trial {
  readonly lambda: Lambda;
  readonly runs: number;
  readonly random: () => number;
}

export interface Outcome extends Tally {
  /** From the moment Lambda had an answer to the moment the bus had the request about it. */
  readonly leadsMs: readonly number[];
  /** Records that were not yet settled when the extension asked for the next event. */
  readonly leftForNext: number;
  /** Of invocations that were not answered as they should have been. */
  readonly oddAnswers: readonly string[];
  readonly freezes: number;
  /** Starts of the process, and how many of them had registered the extension in time. */
  readonly starts: number;
  readonly registered: number;
  /** Of this scenario alone. */
  readonly counts: Readonly<Record<string, number>>;
}

export interface Scenario {
  /** Functions that live through it at a time, where most of it is waiting. */
  readonly lanes?: number;
  /** Invocations that the middleware never sees: all of them, or those that reach a process that is dead. */
  readonly unseen?: 'all' | 'of the dead';
  readonly live: (trial: Trial) => Promise<Outcome>;
}

export const SCENARIOS: Readonly<Record<string, Scenario>> = {
  'all is well': { live: (trial) => invoked(trial, {}, 'answer') },
  'the handler throws': { live: (trial) => invoked(trial, {}, 'throw') },
  'the time runs out': { lanes: 5, live: (trial) => invoked(trial, { timeoutS: 1 }, 'hang') },
  'nobody catches an exception': { lanes: 2, live: (trial) => invoked(trial, {}, 'crash') },
  'nobody handles a rejection': { lanes: 2, live: (trial) => invoked(trial, {}, 'reject') },
  'nobody catches an exception after nine business events': {
    lanes: 2,
    live: (trial) => invoked(trial, { perRequest: 10 }, 'say nine and crash'),
  },
  'the process is killed after the response': {
    lanes: 2,
    unseen: 'of the dead',
    live: (trial) => killed(trial, { perRequest: 1 }, 'answer'),
  },
  'the process is killed, with ten records a request': {
    lanes: 2,
    unseen: 'of the dead',
    live: (trial) => killed(trial, { perRequest: 10 }, 'say nine'),
  },
  'the bus throttles': {
    lanes: 3,
    live: (trial) =>
      invoked(
        trial,
        { answer: () => (trial.random() < 0.7 ? failed('ThrottlingException') : accept()) },
        'answer',
      ),
  },
  'the bus refuses one of ten records': {
    live: (trial) =>
      invoked(
        trial,
        {
          perRequest: 10,
          answer: () => (trial.random() < 0.1 ? failed('MalformedDetail') : accept()),
        },
        'say nine',
      ),
  },
  'the bus closes connections that nobody uses': { live: (trial) => invoked(trial, {}, 'answer', true) },
  'the bus hangs up': { lanes: 5, live: (trial) => invoked(trial, { answer: () => 'hang up' }, 'answer') },
  'another middleware answers before ours': {
    lanes: 3,
    unseen: 'all',
    live: (trial) => invoked(trial, {}, 'answer early'),
  },
  'Lambda refuses the extension': {
    live: (trial) => invoked(trial, { refuses: (what) => what === 'register' }, 'answer'),
  },
  'Lambda fails the extension now and then': {
    live: (trial) =>
      invoked(trial, { refuses: (what) => what === 'event/next' && trial.random() < 0.3 }, 'answer'),
  },
};

type Deed = keyof typeof ANSWERS;

/** As Lambda's caller gets them. */
const ANSWERS = {
  answer: /"statusCode":200/,
  'answer early': /"statusCode":304/,
  'say nine': /"statusCode":200/,
  throw: /out of paper/,
  'say nine and crash': /nobody catches this|Runtime.ExitError/,
  crash: /nobody catches this|Runtime.ExitError/,
  reject: /nobody handles this|Runtime.ExitError/,
  hang: /timed out/i,
};

async function invoked(
  trial: Trial,
  options: SceneOptions,
  deed: Deed,
  closesIdle = false,
): Promise<Outcome> {
  const scene = await aScene(trial.lambda, options);
  const once = async () => {
    const answer = await scene.invoke({ do: deed });
    if (closesIdle) scene.closeIdle();
    return answer;
  };
  return lived(trial.runs, scene, { deed, once, good: options.perRequest === 10 ? 'say nine' : 'answer' });
}

/** At a random moment: before PutEvents, while the bus has it, afterwards, or when the process is frozen. */
async function killed(
  { lambda, runs, random }: Trial,
  options: SceneOptions,
  deed: 'answer' | 'say nine',
): Promise<Outcome> {
  const counts = { 'before PutEvents': 0, 'during PutEvents': 0, 'after PutEvents': 0 };
  let kills = 0;
  let isDead = Promise.resolve();
  const kill = ({ requestId }: Call) => {
    const put = scene.puts.find((one) => one.requestId === requestId);
    if (put === undefined) counts['before PutEvents']++;
    else if (put.answeredAtMs === undefined) counts['during PutEvents']++;
    else counts['after PutEvents']++;
    kills++;
    scene.kill();
  };
  const scene = await aScene(lambda, {
    ...options,
    answer: () => slowly(random() * SLOW_BUS_MS),
    onAnswered(call) {
      if (isAnswer(call) && kills < runs) isDead = pause(random() * KILL_WITHIN_MS).then(() => kill(call));
    },
  });
  // The first invocation after a process died in its sleep never reaches another; the others were answered.
  const once = async () => {
    for (const before = kills; kills === before; await isDead) await scene.invoke({ do: deed });
    return { statusCode: 200 };
  };
  return lived(runs, scene, { deed, once, good: deed, counts });
}

const SLOW_BUS_MS = 4;
const KILL_WITHIN_MS = 14;

async function slowly(ms: number): Promise<BusAnswer> {
  await pause(ms);
  return accept();
}

function pause(ms: number): Promise<void> {
  return ms < 1 ? Promise.resolve() : new Promise((resolve) => setTimeout(resolve, ms));
}

interface Life {
  readonly deed: Deed;
  readonly once: () => Promise<unknown>;
  /** What a process that is well does. */
  readonly good: Deed;
  readonly counts?: Outcome['counts'];
}

/** At the end a good invocation starts the environment again, if it has to. */
async function lived(runs: number, scene: Scene, { deed, once, good, counts = {} }: Life): Promise<Outcome> {
  const oddAnswers: string[] = [];
  try {
    for (let run = 0; run < runs; run++) {
      const answer = JSON.stringify(await once());
      if (!ANSWERS[deed].test(answer)) oddAnswers.push(`${deed}: ${answer.slice(0, 300)}`);
    }
    const isGood = async () => ANSWERS[good].test(JSON.stringify(await scene.invoke({ do: good })));
    if (!(await isGood()) && !(await isGood())) oddAnswers.push('the environment did not start again');
    const { cold, registered } = scene.starts();
    return {
      ...scene.tally(),
      leadsMs: scene.leadsMs(),
      leftForNext: scene.leftForNext(),
      oddAnswers,
      freezes: scene.proxy.freezes(),
      starts: cold,
      registered,
      counts,
    };
  } finally {
    await scene.stop();
  }
}
