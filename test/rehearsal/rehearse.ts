/** The whole of a deployment's life on an emulator: bootstrap, deploy, events in, viewers served, measured, updated, gone. */
import { fileURLToPath } from 'node:url';
import { bundle } from '../../lambdas/build.ts';
import { makeDeployment } from './deployment.ts';
import { startStandIns } from './destinations.ts';
import { comparison, doctorOf } from './doctor.ts';
import { type Emulated, emulated } from './emulated.ts';
import { putFigures } from './figures.ts';
import { startIssuer } from './issuer.ts';
import { EVENTS, liveJourney } from './live-journey.ts';
import { startMiniStack } from './ministack.ts';
import { ownAudit } from './own-audit.ts';
import { runWell } from './run.ts';

export interface RehearseOptions {
  readonly seed: number;
  /** A step begins. */
  readonly step: (what: string) => void;
  /** Something to be shown. */
  readonly say: (text: string) => void;
}

const BROADCAST = fileURLToPath(new URL('../../dist/lambdas/broadcast', import.meta.url));
const BROADCAST_SDK = fileURLToPath(new URL('./broadcast-sdk.ts', import.meta.url));

/** What was not as it should be; empty when all is well. */
export async function rehearse({ seed, step, say }: RehearseOptions): Promise<readonly string[]> {
  const broken: string[] = [];
  step('bundle the Lambdas');
  await bundleAll();
  step('start the emulator');
  const cloud = await startMiniStack();
  const issuer = await startIssuer();
  const standIns = await startStandIns(cloud);
  let stream: Emulated | undefined;
  try {
    const deployment = makeDeployment(cloud, issuer, standIns.setting);
    step('cdk bootstrap');
    await deployment.bootstrap();
    step('cdk deploy');
    const { outputs } = await deployment.deploy();
    stream = await emulated(cloud, outputs);

    step(`journey: ${EVENTS} real records to 33 viewers, Lambdas killed under them (SEED=${seed})`);
    broken.push(...(await liveJourney({ cloud, stream, issuer, seed, say })));

    step('the stack’s own audit: who connected, subscribed, was denied');
    broken.push(...(await ownAudit(stream, issuer)));

    step('destinations: every event arrives, the refused one is alone in the dead letters');
    broken.push(...(await standIns.check(stream)));

    const doctor = doctorOf(cloud, issuer, stream.streamUrl, outputs.BusName);
    const measure = async (what: string, clients: number, events: number) => {
      step(`latency: ${what}`);
      const latency = await doctor.latency(clients, events);
      say(latency.text);
      broken.push(...latency.broken);
      return latency;
    };
    await measure('1 viewer', 1, 30);
    await measure('100 viewers, so that the emulator has started its processes', 100, 8);
    const before = await measure('100 viewers, the lean sender', 100, 60);
    step('update deploy: the AWS SDK’s clients in broadcast');
    await bundle(BROADCAST_SDK, BROADCAST);
    await deployment.deploy();
    const sdk = await measure('100 viewers, the SDK’s sender', 100, 60);
    step('update deploy: the lean sender again');
    await bundleAll();
    await deployment.deploy();
    const after = await measure('100 viewers, the lean sender', 100, 60);
    say(comparison([before, after], sdk));

    step('doctor: the books, whole, and with one event missing');
    for (const [recorded, wanted] of [
      [500, 0],
      [499, 1],
    ] as const) {
      await putFigures(cloud, outputs.BusName, { queued: 500, recorded });
      const { code, text } = await doctor.books();
      say(text);
      if (code !== wanted) broken.push(`doctor ended with ${code}, not with ${wanted}`);
    }

    step('cdk destroy');
    await deployment.destroy();
    const left = (await deployment.stacks()).filter((name) => name !== 'CDKToolkit');
    if (left.length > 0) broken.push(`after destroy there are still the stacks ${left.join(', ')}`);
  } catch (error) {
    say(`the emulator’s last words:\n${cloud.said().slice(-3_000)}`);
    throw error;
  } finally {
    stream?.close();
    issuer.close();
    await standIns.close();
    await cloud.stop();
    await bundleAll();
  }
  return broken;
}

async function bundleAll(): Promise<void> {
  await runWell('npm', ['run', '--silent', 'build:lambdas']);
}
