/** Reads `serve --config file.json`: one shape, every fault of it at once with its path, secrets only by reference. */
import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { isObject } from '../../domain/protocol/fields.ts';
import { isTenantId } from '../../domain/tenant-id.ts';
import { type Destination, readDestinations } from '../../sink/destination.ts';
import { LIMITS } from '../../stream/limits.ts';
import { placeOf } from '../destinations.ts';
import { ConfigurationError, type HomeOptions } from '../home-options.ts';
import { alertRules, checkRules } from './alert-rules.ts';
import { type Read, Reader, type Shape } from './reader.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** The options that the file names; everything it leaves out has its default. Paths in it are relative to it.
 * @throws ConfigurationError naming every fault with its path and what to write; never a secret. */
export function loadConfig(
  file: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): HomeOptions {
  const value = parse(file);
  const at = new Reader({ dir: dirname(resolve(file)), env });
  const options = at.object(value, '', SHAPE) as unknown as HomeOptions & { listen?: HomeOptions };
  checkRules(options, at.faults);
  if (at.faults.length > 0)
    throw new ConfigurationError(`${file}:\n${at.faults.map((fault) => `  ${fault}`).join('\n')}`);
  const { listen, ...rest } = options;
  return { ...rest, ...listen };
}

const text: Read = (at, value, path) =>
  typeof value === 'string' && value !== '' ? value : at.fault(path, 'must be a string', value);
const folder: Read = (at, value, path) =>
  typeof value === 'string' && value !== ''
    ? resolve(at.dir, value)
    : at.fault(path, 'must be a path', value);
const flag: Read = (at, value, path) =>
  typeof value === 'boolean' ? value || undefined : at.fault(path, 'must be true or false', value);
const whole =
  (from: number, to = Number.MAX_SAFE_INTEGER): Read =>
  (at, value, path) =>
    Number.isSafeInteger(value) && (value as number) >= from && (value as number) <= to
      ? value
      : at.fault(
          path,
          `must be a whole number from ${from}${to < Number.MAX_SAFE_INTEGER ? ` to ${to}` : ''}`,
          value,
        );
const days: Read = (at, value, path) =>
  typeof value === 'number' && value > 0 && value <= 3650
    ? value * DAY_MS
    : at.fault(path, 'must be a number of days up to 3650', value);
const url: Read = (at, value, path) =>
  typeof value === 'string' && /^https?:\/\//.test(value) && URL.canParse(value)
    ? value
    : at.fault(path, 'must be an address that begins with https:// or http://', value);
const origin: Read = (at, value, path) =>
  typeof value === 'string' && URL.canParse(value) && new URL(value).origin === value
    ? value
    : at.fault(path, 'must be an origin such as https://audit.example.com, without a path', value);
const tenant: Read = (at, value, path) =>
  isTenantId(value) ? value : at.fault(path, 'must be a tenant id', value);
const source: Read = (at, value, path) =>
  typeof value === 'string' && /^audit\.[^*\s]+$/.test(value)
    ? value
    : at.fault(path, 'must be a bus source such as audit.billing', value);
const oneOf =
  (...names: readonly string[]): Read =>
  (at, value, path) =>
    typeof value === 'string' && names.includes(value)
      ? value
      : at.fault(path, `must be ${names.join(' or ')}`, value);
const list =
  (item: Read, least = 0): Read =>
  (at, value, path) =>
    Array.isArray(value) && value.length >= least
      ? value.map((one, i) => item(at, one, `${path}[${i}]`))
      : at.fault(path, least > 0 ? `must be a list of at least ${least}` : 'must be a list', value);
const starOr =
  (read: Read): Read =>
  (at, value, path) =>
    value === '*' ? value : read(at, value, path);
const object =
  (shape: Shape, required: readonly string[] = []): Read =>
  (at, value, path) =>
    at.object(value, path, shape, required);

/** `{"env": "NAME"}` or `{"file": "path"}`: the file of settings itself can be read by others. */
const secret: Read = (at, value, path) => {
  if (!isObject(value) || Object.keys(value).length !== 1)
    return at.fault(path, 'must be {"env": "NAME"} or {"file": "path"}, never the secret itself', value);
  if (typeof value.env === 'string')
    return at.secretOf(at.env[value.env], path, `the environment variable ${value.env}`);
  if (typeof value.file !== 'string')
    return at.fault(path, 'must be {"env": "NAME"} or {"file": "path"}', value.file ?? value.env);
  return at.secretOf(readSecret(resolve(at.dir, value.file)), path, `the file ${value.file}`);
};

const PRODUCER: Shape = {
  accessKeyId: text,
  secretAccessKey: secret,
  tenants: starOr(list(tenant, 1)),
  sources: starOr(list(source, 1)),
};

/** Read again whenever it is needed, but missing now is missing at the first event. */
const destinations: Read = (at, value, path) =>
  readDestinations(value, path, at.faults).map((destination): Destination => {
    if (destination.settings.addresses !== undefined)
      at.faults.push(
        `${path}.${destination.name}.addresses: a topic is made of them in AWS only; write topicArn, of a topic to which they are subscribed`,
      );
    const secrets = Object.entries(destination.secrets).map(([option, ref]) => {
      const under = `${path}.${destination.name}.${option}`;
      const here = 'file' in ref ? { file: resolve(at.dir, ref.file) } : ref;
      if ('secret' in here || 'parameter' in here)
        at.faults.push(`${under}: ${placeOf(here)} is in AWS; write {"env": "NAME"} or {"file": "path"}`);
      else if (!('file' in here ? readSecret(here.file) : at.env[here.env]))
        at.faults.push(`${under}: ${placeOf(here)} has no secret; set it`);
      return [option, here];
    });
    return { ...destination, secrets: Object.fromEntries(secrets) };
  });

const SHAPE: Shape = {
  listen: object({ host: text, port: whole(0, 65_535) }),
  dataDir: folder,
  pageDir: folder,
  publicUrl: url,
  issuer: object({ url, audience: text, tenantClaim: text, rolesClaim: text, clientId: text }, [
    'url',
    'audience',
  ]),
  producers: list(object(PRODUCER, Object.keys(PRODUCER))),
  allowedOrigins: list(origin),
  retention: (at, value, path) => {
    const { archiveDays, trailDays } = at.object(value, path, { archiveDays: days, trailDays: days });
    return {
      ...(archiveDays !== undefined && { archiveMs: archiveDays }),
      ...(trailDays !== undefined && { trailMs: trailDays }),
    };
  },
  destinations,
  alertRules,
  pagerdutyWebhook: object({ secret, previousSecret: secret, apiKey: secret }, ['secret']),
  limits: object(Object.fromEntries(Object.keys(LIMITS).map((name) => [name, whole(1)]))),
  gateway: object({ idleMs: whole(1_000), goawayMs: whole(0) }),
  environment: text,
  synchronous: oneOf('FULL', 'NORMAL'),
  faults: flag,
};

function parse(file: string): unknown {
  let content: string;
  try {
    content = readFileSync(file, 'utf8');
  } catch (cause) {
    throw new ConfigurationError(`${file}: cannot be read; check the path and its permissions`, { cause });
  }
  try {
    return JSON.parse(content);
  } catch {
    throw new ConfigurationError(`${file}: is not JSON; look for a missing quote or a comma too many`);
  }
}

function readSecret(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return undefined;
  }
}
