/** Stand-ins for all destinations of a local run: each with keys of its own, made for this run and kept in memory only. */
import { randomBytes } from 'node:crypto';
import type { StandInRequest, StandInState } from '../../domain/stand-ins.ts';
import type { Credentials } from '../../sigv4/credentials.ts';
import { type Destination, readDestinations } from '../../sink/destination.ts';
import type { SecretRef } from '../../sink/options.ts';
import { sinkNamed } from '../../sink/registry.ts';
import type { ReadSecret } from '../../sink/secrets.ts';
import type { StandInControl } from '../../stream/acts/stand-ins.ts';
import { json } from '../http/answer.ts';
import { type Journal, makeJournal } from './journal.ts';
import { STAND_INS } from './registry.ts';
import type { Keys, Received, Refusal, StandIn, Vendor } from './stand-in.ts';
import { type Met, makeTrouble, type Trouble } from './trouble.ts';
import { type Ending, openWire } from './wire.ts';

export interface StandInOptions {
  /** A real OpenSearch to use instead of its stand-in; user and password may be in the address. */
  readonly opensearchUrl?: string;
}

export interface RunningStandIns extends StandInControl {
  readonly url: string;
  /** One for each, set up against it. */
  readonly destinations: readonly Destination[];
  /** Knows the keys of this run, and asks `other` for all others. */
  readSecret(other: ReadSecret): ReadSecret;
  /** Who signs what goes to a stand-in of AWS; undefined: it is none of these. */
  credentials(destination: string): (() => Credentials) | undefined;
  close(): Promise<void>;
}

interface Open {
  readonly standIn: StandIn;
  readonly vendor: Vendor;
  readonly trouble: Trouble;
  readonly journal: Journal;
  keys: Keys;
  credentials: Credentials;
}

export async function startStandIns({
  opensearchUrl,
  now = Date.now,
  random = Math.random,
}: StandInOptions & {
  readonly now?: () => number;
  readonly random?: () => number;
} = {}): Promise<RunningStandIns> {
  const opened = new Map<string, Open>();
  const wire = await openWire((name, request) => {
    const one = opened.get(name);
    return one
      ? received(one, { ...request, nowMs: now() }, withoutKeys)
      : { kind: 'answer', answer: json(404, { message: 'there is no such stand-in' }) };
  });
  const urlOf = (name: string) => `${wire.url}/${name}`;
  for (const standIn of STAND_INS.filter(
    ({ name }) => opensearchUrl === undefined || name !== 'opensearch',
  )) {
    const one: Open = {
      standIn,
      vendor: standIn.open(
        () => one.keys,
        () => one.credentials,
      ),
      trouble: makeTrouble(random),
      journal: makeJournal(),
      keys: standIn.newKeys(randomBytes, urlOf(standIn.name)),
      credentials: credentialsOf(standIn),
    };
    opened.set(standIn.name, one);
  }
  const real = opensearchUrl === undefined ? undefined : realOpensearch(opensearchUrl);

  return {
    url: wire.url,
    destinations: destinationsOf({
      ...Object.fromEntries(
        Array.from(opened, ([name, { standIn, keys }]) => [
          name,
          { sink: standIn.sink, ...standIn.options(urlOf(name)), ...refsOf(name, Object.keys(keys)) },
        ]),
      ),
      ...(real && { opensearch: { ...real.options, ...refsOf('opensearch', Object.keys(real.keys)) } }),
    }),
    readSecret: (other) => async (ref) => keyOf(ref) ?? other(ref),
    credentials: (name) => {
      const one = opened.get(name);
      return one && (() => one.credentials);
    },
    list: () => Array.from(opened.values(), stateOf),
    requests: (name, { after, tenantId }): readonly StandInRequest[] | undefined =>
      opened.get(name)?.journal.since(after, tenantId),
    set(name, fault) {
      const one = opened.get(name);
      if (one === undefined) return undefined;
      const isMended = one.trouble.now.kind === 'wrong-key' && fault.kind !== 'wrong-key';
      if (isMended) {
        one.keys = one.standIn.newKeys(randomBytes, urlOf(name));
        one.credentials = credentialsOf(one.standIn);
      }
      one.trouble.set(fault);
      return stateOf(one);
    },
    close: () => wire.close(),
  };

  /** Whoever puts a key into a path, its value is not shown. */
  function withoutKeys(text: string): string {
    const keys = Array.from(opened.values(), (one) => Object.values(one.keys)).flat();
    return keys.reduce((left, key) => left.replaceAll(key, '…'), text);
  }

  function keyOf(ref: SecretRef): string | undefined {
    if (!('env' in ref)) return undefined;
    const [, name = '', option = ''] = KEY_NAME.exec(ref.env) ?? [];
    if (name === 'opensearch' && real) return real.keys[option];
    return opened.get(name)?.keys[option];
  }
}

function received(
  { vendor, trouble, journal }: Open,
  request: Received,
  withoutKeys: (text: string) => string,
): Ending {
  const reading = vendor.read(request);
  const met = trouble.meet();
  const note = journal.add(
    { ...reading, operation: withoutKeys(reading.operation) },
    {
      atMs: request.nowMs,
      bytes: request.bytes.length,
      ...(met && { fault: met.kind }),
    },
  );
  if (met?.kind === 'timeout') return { kind: 'silence' };
  const refused = isRefusal(met) && { ...vendor.refuse(met), isTaken: false };
  const { isTaken: said, ...answer } = refused || reading.take();
  const isTaken = said ?? answer.status < 300;
  if (met?.kind === 'half-closed') {
    note({ isTaken });
    return { kind: 'half-closed' };
  }
  note({ isTaken, status: answer.status });
  return { kind: 'answer', answer, ...(met?.kind === 'slow' && { afterMs: met.ms }) };
}

function isRefusal(met: Met | undefined): met is Met & Refusal {
  return met !== undefined && met.kind !== 'slow' && met.kind !== 'half-closed' && met.kind !== 'timeout';
}

function stateOf({ standIn, trouble, journal }: Open): StandInState {
  const { name, sink } = standIn;
  return { name, sink, title: sinkNamed(sink)?.title ?? sink, fault: trouble.now, ...journal.counts };
}

/** Nobody's, where nothing is signed. */
function credentialsOf({ newCredentials }: StandIn): Credentials {
  return newCredentials?.(randomBytes) ?? { accessKeyId: '', secretAccessKey: '' };
}

/** A fault here is one of a stand-in's own options. */
function destinationsOf(value: Readonly<Record<string, unknown>>): readonly Destination[] {
  const faults: string[] = [];
  const destinations = readDestinations(value, 'stand-ins', faults);
  if (faults.length > 0) throw new Error(faults.join('\n'));
  return destinations;
}

/** Names that no environment has: these keys are in no environment. */
const KEY_NAME = /^stand-in (\S+) (\S+)$/;

function refsOf(name: string, options: readonly string[]): Readonly<Record<string, SecretRef>> {
  return Object.fromEntries(options.map((option) => [option, { env: `stand-in ${name} ${option}` }]));
}

function realOpensearch(address: string): { readonly options: object; readonly keys: Keys } {
  const url = new URL(address);
  const { username, password } = url;
  url.username = '';
  url.password = '';
  return {
    options: { url: url.href, ...(username !== '' && { username: decodeURIComponent(username) }) },
    keys: password === '' ? {} : { password: decodeURIComponent(password) },
  };
}
