/** What every HTTP request says, whichever front door it came through. */
import type { Target } from '../../domain/event/audit-event.ts';
import { traceOf } from '../trace.ts';
import type { Facts, FactsOptions } from './facts.ts';

export type TextMap = Readonly<Record<string, string | undefined>>;

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  /** With `{names}`; missing where the front door knows none. */
  readonly route?: string;
  readonly headers: TextMap;
  readonly query: TextMap;
  readonly pathParameters: TextMap;
  readonly sourceIp?: string;
  /** As the front door says it; the header's own comes first. */
  readonly userAgent?: unknown;
}

export function httpFacts(request: HttpRequest, options: FactsOptions): Omit<Facts, 'actor'> {
  const { method, path, route, query, pathParameters, sourceIp } = request;
  const headers: Record<string, string> = {};
  const lower: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value === undefined) continue;
    const key = name.toLowerCase();
    lower[key] = value;
    if (options.headers.has(key)) headers[key] = value;
  }
  const asked: Record<string, string> = {};
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked[name] = value;
  const ips = addresses(lower['x-forwarded-for'], sourceIp);
  const ip = ips[Math.max(0, ips.length - 1 - options.trustedProxies)];
  const userAgent = lower['user-agent'] ?? textOf(request.userAgent);

  return {
    context: {
      ...(ip !== undefined && { ip }),
      ...(ips.length > 1 && { ips }),
      ...(userAgent !== undefined && { userAgent }),
      ...traceOf(lower),
    },
    http: {
      method,
      path,
      ...(route !== undefined && { route }),
      request: { headers, query: asked },
    },
    ...(route !== undefined && {
      route: `${method} ${route}`,
      targets: targetsOf(route, pathParameters),
    }),
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** From the farthest to the nearest. API Gateway appends the address that it saw itself to the list or gives it apart;
 * anything before that one is the caller's word, unless a proxy of one's own wrote it. */
function addresses(forwardedFor: string | undefined, sourceIp: string | undefined): readonly string[] {
  const named = (forwardedFor ?? '').split(',').flatMap((text) => text.trim() || []);
  if (sourceIp === undefined || named.at(-1) === sourceIp) return named;
  return [...named, sourceIp];
}

/** `/orders/{orderId}/items/{itemId}` names an order and one of its items: the word before a parameter is its type. */
function targetsOf(route: string, parameters: TextMap): readonly Target[] {
  const targets: Target[] = [];
  const words = route.split('/');
  for (const [i, word] of words.entries()) {
    const name = /^\{([^}+]+)\}$/.exec(word)?.[1];
    const id = name === undefined ? undefined : parameters[name];
    const type = words[i - 1];
    if (id && type && !type.startsWith('{')) targets.push({ type, id });
  }
  return targets;
}
