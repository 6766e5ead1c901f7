/** Who watches a journey, what each must be given, and whether it was: the same wherever the stream runs. */
import type { AuditEvent } from '../../src/domain/event/audit-event.ts';
import { TENANTS, type Tenant } from './corpus.ts';
import type { Judge } from './expected.ts';
import { FILTERS } from './filters.ts';
import type { Random } from './random.ts';
import { openViewer, type Viewer } from './viewer.ts';

/** A stream to connect to, wherever it runs. */
export interface Place {
  readonly streamUrl: string;
  token(tenant: string): Promise<string>;
}

const GIVE_UP_MS = 90_000;

/** Thirty viewers with one filter each, and one of each tenant that holds all ten at once. */
export function openAudience(place: Place, random: Random): Promise<Viewer[]> {
  const open = (name: string, tenant: Tenant, subs: Readonly<Record<string, unknown>>): Promise<Viewer> =>
    openViewer({ name, tenant, subs, random, url: place.streamUrl, getToken: () => place.token(tenant) });
  return Promise.all(
    TENANTS.flatMap((tenant) => [
      ...Object.entries(FILTERS[tenant]).map(([name, pattern]) =>
        open(`${tenant}: ${name}`, tenant, { [name]: pattern }),
      ),
      open(`${tenant}: everything at once`, tenant, FILTERS[tenant]),
    ]),
  );
}

export type Wanted = ReadonlyMap<Viewer, ReadonlyMap<string, readonly string[]>>;

export async function wantedOf(
  viewers: readonly Viewer[],
  events: readonly AuditEvent[],
  judge: Judge,
): Promise<Wanted> {
  const questions = TENANTS.map((tenant) => ({
    patterns: Object.values(FILTERS[tenant]),
    events: events.filter(({ tenantId }) => tenantId === tenant),
  }));
  const answers = await judge(questions);
  const idsOf = (tenant: Tenant, sub: string): readonly string[] =>
    answers[TENANTS.indexOf(tenant)]?.[Object.keys(FILTERS[tenant]).indexOf(sub)] ?? [];
  return new Map(
    viewers.map((viewer) => [
      viewer,
      new Map(Object.keys(viewer.subs).map((sub) => [sub, idsOf(viewer.tenant, sub)])),
    ]),
  );
}

/** Until everybody has everything, and then until everybody has asked once more and could have been given something twice. */
export async function settled(viewers: readonly Viewer[], wanted: Wanted): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  const until = async (condition: () => boolean): Promise<void> => {
    while (!condition() && Date.now() < deadline) await new Promise((resolve) => setTimeout(resolve, 20));
  };
  await until(() => viewers.every((viewer) => missingOf(viewer, wanted).length === 0));
  const allHereAtMs = Date.now();
  await until(() => viewers.every(({ completeUpToMs }) => completeUpToMs >= allHereAtMs));
}

function missingOf(viewer: Viewer, wanted: Wanted): readonly string[] {
  return [...(wanted.get(viewer) ?? [])].flatMap(([sub, ids]) => {
    const given = viewer.given(sub);
    return ids.filter((id) => !given.has(id)).map((id) => `${id} for “${sub}”`);
  });
}

export function verdict(viewers: readonly Viewer[], wanted: Wanted): readonly string[] {
  return viewers.flatMap((viewer) => {
    const missing = missingOf(viewer, wanted);
    const extra = [...(wanted.get(viewer) ?? [])].flatMap(([sub, ids]) => {
      const ours = new Set(ids);
      return [...viewer.given(sub)].filter((id) => !ours.has(id)).map((id) => `${id} for “${sub}”`);
    });
    return [
      ...viewer.broken.map((what) => `${viewer.name} ${what}`),
      ...(missing.length > 0
        ? [`${viewer.name} misses ${missing.length}: ${missing.slice(0, 3).join(', ')}`]
        : []),
      ...(extra.length > 0
        ? [`${viewer.name} was given what is not its own: ${extra.slice(0, 3).join(', ')}`]
        : []),
    ];
  });
}

export function figuresOf(viewers: readonly Viewer[]) {
  const deliveries = viewers.flatMap((viewer) => viewer.deliveries);
  const late = deliveries.filter(({ via }) => via === 'pull');
  return {
    deliveries: deliveries.length,
    pushShare: 1 - late.length / deliveries.length,
    reconnects: viewers.reduce((sum, { reconnects }) => sum + reconnects, 0),
    lateMs: late.map((each) => each.handedOverAtMs - each.acceptedAtMs).sort((a, b) => a - b),
  };
}
