/** Destinations of the deployment: stand-ins outside of the emulator, keys in its Secrets Manager and Parameter Store,
 * every event in every destination, and the one that a vendor refuses alone in that destination's dead letters. */
import { ListQueuesCommand, SQSClient } from '@aws-sdk/client-sqs';
import { jsonCall } from '../../src/aws/http/json-call.ts';
import { makeSignedClient } from '../../src/aws/http/signed-client.ts';
import { sqsCalls } from '../../src/aws/queue/queue-calls.ts';
import { anAuditEvent } from '../builders/an-audit-event.ts';
import { until } from '../builders/until.ts';
import { aVendor, type Reply, type Taken } from '../sink/a-vendor.ts';
import type { Emulated } from './emulated.ts';
import { type MiniStack, REGION } from './ministack.ts';

const KEY = 'a-key-of-the-rehearsal';
const PASSWORD = 'a-password-of-the-rehearsal';
const POISON = 'destination-poison';
const COUNT = 40;
const TIMEOUT_MS = 60_000;
const CREDENTIALS = { accessKeyId: 'test', secretAccessKey: 'test' };

export interface StandIns {
  /** The setting `destinations` of the deployment. */
  readonly setting: string;
  /** What was not as promised. */
  check(stream: Emulated): Promise<readonly string[]>;
  close(): Promise<void>;
}

export async function startStandIns(cloud: MiniStack): Promise<StandIns> {
  await keep(cloud, 'secretsmanager', 'secretsmanager.CreateSecret', {
    Name: 'rehearsal/datadog',
    SecretString: JSON.stringify({ apiKey: KEY }),
    ClientRequestToken: 'rehearsal-rehearsal-rehearsal-0001',
  });
  await keep(cloud, 'ssm', 'AmazonSSM.PutParameter', {
    Name: '/rehearsal/search',
    Value: PASSWORD,
    Type: 'SecureString',
  });
  const datadog = await aVendor(intake);
  const search = await aVendor(cluster);
  const filter = { labels: { rehearsal: ['destinations'] } };
  const setting = JSON.stringify({
    datadog: { apiKey: { secret: 'rehearsal/datadog', field: 'apiKey' }, url: datadog.url, filter },
    search: {
      sink: 'opensearch',
      url: search.url,
      username: 'audit',
      password: { parameter: '/rehearsal/search' },
      filter,
    },
  });

  return {
    setting,
    async check(stream) {
      const ids = Array.from({ length: COUNT }, (_, i) => `destination-${i}`);
      const occurredAt = new Date().toISOString();
      const labels = { rehearsal: 'destinations' };
      // The emulator begins a process for each event at once.
      for (const id of [...ids, POISON]) await stream.put([anAuditEvent({ id, occurredAt, labels })]);
      const missing = () => [
        ...lacking('datadog', ids, idsAtDatadog(datadog.taken)),
        ...lacking('search', [...ids, POISON], idsAtSearch(search.taken)),
      ];
      await until(() => missing().length === 0, TIMEOUT_MS).catch(() => undefined);
      const dead = await deadLetterOf(cloud);
      return [
        ...missing(),
        ...(idsAtDatadog(datadog.taken).has(POISON) ? ['datadog took what it refuses'] : []),
        ...(dead === 'http_400' ? [] : [`the refused event is in the dead letters as: ${dead}`]),
      ];
    },
    async close() {
      await Promise.all([datadog.close(), search.close()]);
    },
  };
}

/** Takes logs with the right key, and refuses a request with a certain one in it. */
function intake({ headers, body }: Taken): Reply {
  if (headers['dd-api-key'] !== KEY) return { status: 403 };
  return { status: body.includes(`"${POISON}"`) ? 400 : 202, body: '{}' };
}

/** A cluster that has no template yet. */
function cluster({ method, path, headers, body }: Taken): Reply {
  const wanted = `Basic ${Buffer.from(`audit:${PASSWORD}`).toString('base64')}`;
  if (headers.authorization !== wanted) return { status: 401 };
  if (method !== 'POST') return { status: method === 'GET' ? 404 : 200, body: '{}' };
  const created = body.split('\n').length >> 1;
  const item = { create: { status: 201 } };
  return {
    status: path.startsWith('/_bulk') ? 200 : 404,
    body: JSON.stringify({ errors: false, items: new Array(created).fill(item) }),
  };
}

function idsAtDatadog(taken: readonly Taken[]): ReadonlySet<string> {
  const accepted = taken.filter((one) => (intake(one) as { status: number }).status === 202);
  return new Set(
    accepted.flatMap(({ body }) => (JSON.parse(body) as { evt: { id: string } }[]).map(({ evt }) => evt.id)),
  );
}

function idsAtSearch(taken: readonly Taken[]): ReadonlySet<string> {
  const bulks = taken.filter(({ path }) => path.startsWith('/_bulk'));
  return new Set(
    bulks.flatMap(({ body }) => [...body.matchAll(/"_id":"acme:([^"]+)"/g)].map(([, id = '']) => id)),
  );
}

function lacking(name: string, ids: readonly string[], found: ReadonlySet<string>): readonly string[] {
  const lacks = ids.filter((id) => !found.has(id));
  return lacks.length === 0 ? [] : [`${name} lacks ${lacks.length} of ${ids.length} events`];
}

/** The reason on the only one, or what was found instead. */
async function deadLetterOf(cloud: MiniStack): Promise<string> {
  const config = { endpoint: cloud.url, region: REGION, credentials: CREDENTIALS };
  const { QueueUrls = [] } = await new SQSClient(config).send(new ListQueuesCommand({}));
  const url = QueueUrls.find((one) => /datadog.*DeadLetters/i.test(one));
  if (url === undefined) return 'there is no such queue';
  let found: readonly string[] = [];
  const calls = sqsCalls(config);
  await until(async () => {
    const letters = await calls.receive(url, 1);
    found = letters.map(({ MessageAttributes }) => MessageAttributes?.Reason?.StringValue ?? 'no reason');
    return found.length > 0;
  }, TIMEOUT_MS).catch(() => undefined);
  return found.join(', ') || 'nothing';
}

async function keep(
  cloud: MiniStack,
  service: 'secretsmanager' | 'ssm',
  target: string,
  input: object,
): Promise<void> {
  const client = makeSignedClient({
    endpoint: cloud.url,
    service,
    region: REGION,
    credentials: () => CREDENTIALS,
  });
  await jsonCall({ client, target, version: '1.1', timeoutMs: 10_000 })(input);
  client.close();
}
