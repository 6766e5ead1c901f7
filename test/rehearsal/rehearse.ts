/** The whole of a deployment's life on an emulator: bootstrap, deploy, events in, viewers served, measured, updated, gone. */
import { fileURLToPath } from 'node:url';
import { bundle } from '../../lambdas/build.ts';
import { PUT_NOTICES, tellAlerts } from './alerts.ts';
import { mendDeadLetter } from './dead-letters.ts';
import { deliverEvents, PUT_EVENTS, settledEvents } from './deliveries.ts';
import { makeDeployment } from './deployment.ts';
import { startDestinations } from './destinations.ts';
import { comparison, doctorOf } from './doctor.ts';
import { type Emulated, emulated } from './emulated.ts';
import { putFigures } from './figures.ts';
import { startIssuer } from './issuer.ts';
import { EVENTS, liveJourney } from './live-journey.ts';
import { startMiniStack } from './ministack.ts';
import { type Watch, watchBus } from './on-the-bus.ts';
import { ownAudit } from './own-audit.ts';
import { personAt } from './person.ts';
import { type BrokenPipeline, breakPipeline } from './pipeline-alerts.ts';
import { eventsToAlerts } from './rules.ts';
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
  const destinations = await startDestinations(cloud);
  let stream: Emulated | undefined;
  let watch: Watch | undefined;
  let pipeline: BrokenPipeline | undefined;
  try {
    const deployment = makeDeployment(cloud, issuer, destinations.setting);
    step('cdk bootstrap');
    await deployment.bootstrap();
    step('cdk deploy');
    const { outputs } = await deployment.deploy();
    stream = await emulated(cloud, outputs);

    step(`journey: ${EVENTS} real records to 33 viewers, Lambdas killed under them (SEED=${seed})`);
    broken.push(...(await liveJourney({ cloud, stream, issuer, seed, say })));

    step('the stack’s own audit: who connected, subscribed, was denied');
    broken.push(...(await ownAudit(stream, issuer)));

    const person = personAt(cloud, issuer, stream.streamUrl);
    watch = await watchBus(cloud, stream, issuer, outputs.BusName);
    step('an alarm of the stack goes off');
    pipeline = await breakPipeline(cloud, stream, issuer);
    step(`destinations: ${PUT_EVENTS} events to each of ${destinations.ofEvents.join(', ')}`);
    broken.push(...(await deliverEvents(stream, destinations)));
    step('alerts: fired, merged, acknowledged, resolved at Slack, PagerDuty, e-mail');
    broken.push(...(await tellAlerts(stream, destinations)));
    step('dead letter: the event that Datadog refuses is found, sent back once it is mended, and gone');
    const mended = await mendDeadLetter(cloud, person, destinations, say);
    broken.push(...mended.broken, ...(await settledEvents(destinations)));
    step('the replay is on record, and nothing else is on the bus than what people did: no rule can loop');
    broken.push(...(await watch.replayed(mended.run)));
    broken.push(...(await watch.unexpected(PUT_EVENTS + PUT_NOTICES, mended.connections)));

    step('rules: events become alerts at Slack and PagerDuty, and end by an event');
    broken.push(...(await eventsToAlerts(stream, issuer, destinations, say)));
    step('the alarm was found by the clock, is an alert, and is over when it is well');
    broken.push(...(await pipeline.heard()));

    const doctor = doctorOf(person, outputs.BusName);
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
    watch?.close();
    pipeline?.close();
    stream?.close();
    issuer.close();
    await destinations.close();
    await cloud.stop();
    await bundleAll();
  }
  return broken;
}

async function bundleAll(): Promise<void> {
  await runWell('npm', ['run', '--silent', 'build:lambdas']);
}
