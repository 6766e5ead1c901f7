/** One destination of every kind, to be deployed: against the stand-ins, which are outside of the emulator, with keys in its
 * Secrets Manager and Parameter Store, and against its own S3; and what each of them took. */
import type { StandInRequest } from '../../src/domain/stand-ins.ts';
import { STAND_INS } from '../../src/local/stand-ins/registry.ts';
import { startStandIns } from '../../src/local/stand-ins/start.ts';
import { sinkNamed } from '../../src/sink/registry.ts';
import { type Bucket, makeBucket } from './bucket.ts';
import type { MiniStack } from './ministack.ts';
import { refusingVendor } from './refusing-vendor.ts';
import { secretPlaces } from './secret-places.ts';

/** What has them goes to the destinations, and nothing else. */
export const LABELS = { rehearsal: 'destinations' };
const FILTER = { labels: { rehearsal: [LABELS.rehearsal] } };
/** Datadog refuses it until it is mended. */
export const POISON = 'destination-poison';

/** A stand-in tells of so many events in a request. */
const BATCH_SIZE = 10;

export interface Destinations {
  /** The setting `destinations` of the deployment. */
  readonly setting: string;
  /** Those that take events. */
  readonly ofEvents: readonly string[];
  /** Ids of the events that one of them took, each as often as it did. */
  eventsAt(name: string): Promise<readonly string[]>;
  /** The requests that a stand-in took, oldest first. */
  requestsAt(name: string): readonly StandInRequest[];
  /** What broke a vendor's contract. */
  wrong(): readonly string[];
  /** Datadog takes everything from now on. */
  mend(): void;
  close(): Promise<void>;
}

export async function startDestinations(cloud: MiniStack): Promise<Destinations> {
  const standIns = await startStandIns();
  const bucket = await makeBucket(cloud);
  const datadog = await refusingVendor(`${standIns.url}/datadog`, POISON);
  const requestsAt = (name: string) =>
    (standIns.requests(name, { after: undefined, tenantId: undefined }) ?? []).filter(
      ({ status = 500 }) => status < 300,
    );
  return {
    setting: JSON.stringify(await settingOf(standIns, { datadog: datadog.url }, bucket, secretPlaces(cloud))),
    ofEvents: STAND_INS.filter(({ sink }) => sinkNamed(sink)?.takes === 'events').map(({ name }) => name),
    async eventsAt(name) {
      return name === 's3' ? bucket.ids() : requestsAt(name).flatMap(({ ids }) => ids);
    },
    requestsAt,
    wrong: () =>
      standIns
        .list()
        .filter(({ invalid }) => invalid > 0)
        .map(({ name, invalid }) => `${invalid} requests to ${name} break its contract: ${problemsAt(name)}`),
    mend: datadog.mend,
    async close() {
      datadog.close();
      await standIns.close();
    },
  };

  function problemsAt(name: string): string {
    const all = standIns.requests(name, { after: undefined, tenantId: undefined }) ?? [];
    const faults = all.flatMap(({ problems }) => problems.map(({ path, message }) => `${path} ${message}`));
    return [...new Set(faults)].join('; ');
  }
}

/** The options that a person would write. */
async function settingOf(
  standIns: Awaited<ReturnType<typeof startStandIns>>,
  elsewhere: Readonly<Record<string, string>>,
  bucket: Bucket,
  keep: ReturnType<typeof secretPlaces>,
): Promise<object> {
  const readSecret = standIns.readSecret(async () => '');
  const setting: Record<string, object> = {};
  for (const { name, sink, options } of STAND_INS) {
    const secrets = standIns.destinations.find((one) => one.name === name)?.secrets ?? {};
    const keys: Record<string, object> = {};
    for (const [option, ref] of Object.entries(secrets))
      keys[option] = await keep(`${name}-${option}`, await readSecret(ref));
    setting[name] = {
      sink,
      ...(name === 's3' ? bucket.options : options(elsewhere[name] ?? `${standIns.url}/${name}`)),
      ...keys,
      batchSize: BATCH_SIZE,
      filter: FILTER,
    };
  }
  return setting;
}
