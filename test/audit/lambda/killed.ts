/** A function whose process is killed once in each run, at a random moment after Lambda had the response: before
 * PutEvents, while the bus has it, afterwards, or when the process is frozen. */
import { accept, type BusAnswer } from '../../builders/a-bus.ts';
import type { Call } from '../../services/lambda/watching-proxy.ts';
import { lived, type Outcome, type Trial } from './life.ts';
import { aScene, type SceneOptions } from './scene.ts';
import { isAnswer } from './tally.ts';

export async function killed(
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
    return scene.kill();
  };
  const scene = await aScene(lambda, {
    ...options,
    answer: () => slowly(random() * SLOW_BUS_MS),
    onAnswered(call) {
      if (isAnswer(call) && kills < runs) isDead = pause(random() * KILL_WITHIN_MS).then(() => kill(call));
    },
  });
  // The first invocation after a process died in its sleep never reaches another.
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
