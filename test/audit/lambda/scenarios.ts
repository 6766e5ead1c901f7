/** What may happen to an audited function on Lambda. */
import { accept, failed } from '../../builders/a-bus.ts';
import { killed } from './killed.ts';
import { type Deed, lived, type Outcome, type Trial } from './life.ts';
import { aScene, type SceneOptions } from './scene.ts';

export interface Scenario {
  /** Functions that live through it at a time, where most of it is waiting. */
  readonly lanes?: number;
  /** The middleware never sees its invocations. */
  readonly isUnseen?: boolean;
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
    live: (trial) => killed(trial, { perRequest: 1 }, 'answer'),
  },
  'the process is killed, with ten records a request': {
    lanes: 2,
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
    isUnseen: true,
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
