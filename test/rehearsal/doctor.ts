/** `audit-stream doctor` against the emulated deployment, as a person runs it. */
import type { Person } from './person.ts';

export interface Latency {
  /** For people. */
  readonly text: string;
  /** Of the push alone (answer → client) and of the whole way (request → client), unless the doctor did not get there. */
  readonly p95Ms?: { readonly push?: number | undefined; readonly whole?: number | undefined };
  readonly broken: readonly string[];
}

interface Hops {
  readonly byPull: number;
  readonly deliveries: number;
  readonly hops: Readonly<
    Record<string, { readonly p50: number; readonly p95: number; readonly p99: number }>
  >;
}

export function doctorOf(person: Person, busName: string) {
  const ask = (tenant: string, roles: readonly string[], options: readonly string[]) =>
    person(tenant, roles, ['doctor'], options);
  return {
    async latency(clients: number, events: number): Promise<Latency> {
      const size = ['--clients', String(clients), '--events', String(events), '--rate', '5'];
      const given = ['--latency', '--bus', busName, ...size, '--json'];
      const { code, stdout, stderr } = await ask('amber', ['viewer'], given);
      if (code !== 0)
        return {
          text: `${stdout}${stderr}`,
          broken: [`doctor --latency with ${clients} clients ended with ${code}`],
        };
      const { hops, byPull, deliveries } = JSON.parse(stdout) as Hops;
      const lines = Object.entries(hops).map(
        ([name, { p50, p95, p99 }]) => `  ${name.padEnd(6)} p50 ${p50}  p95 ${p95}  p99 ${p99} ms`,
      );
      return {
        text: [`${deliveries} deliveries, ${byPull} by pull`, ...lines].join('\n'),
        p95Ms: { push: hops.push?.p95, whole: hops.whole?.p95 },
        broken: [],
      };
    },
    /** The books, and the exit code that they give. */
    async books(): Promise<{ readonly code: number; readonly text: string }> {
      const { code, stdout, stderr } = await ask('audit-stream', ['operator'], []);
      return { code, text: `${stdout}${stderr}`.trimEnd() };
    },
  };
}

/** The lean sender was measured before and after the SDK's: what drifts in between is in both. */
export function comparison(lean: readonly Latency[], sdk: Latency): string {
  return [ratio('push', lean, sdk), ratio('whole', lean, sdk)].join('\n');
}

function ratio(hop: 'push' | 'whole', lean: readonly Latency[], sdk: Latency): string {
  const known = lean.flatMap(({ p95Ms }) => (p95Ms?.[hop] === undefined ? [] : [p95Ms[hop]]));
  const theirs = sdk.p95Ms?.[hop];
  if (theirs === undefined || known.length === 0) return `${hop}: p95 could not be compared`;
  const mean = known.reduce((sum, ms) => sum + ms, 0) / known.length;
  return `${hop}: p95 ${known.join(' and ')} ms by the lean sender, ${theirs} ms by the SDK’s: ${(mean / theirs).toFixed(2)} of it`;
}
