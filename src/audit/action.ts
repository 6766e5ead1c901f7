/** Names what was done from the route, so that a record says something before anybody configures anything. */
import type { Activity } from '../domain/event/audit-event.ts';

const ACTIVITY: Readonly<Record<string, Activity>> = {
  GET: 'read',
  HEAD: 'read',
  OPTIONS: 'read',
  POST: 'create',
  PUT: 'update',
  PATCH: 'update',
  DELETE: 'delete',
};

export function activityOf(method: string | undefined): Activity {
  return method === undefined ? 'execute' : (ACTIVITY[method] ?? 'other');
}

/** `GET /orders/{id}/items` gives `orders.items.read`. A path without a route would bring its ids along: `http.read`. */
export function defaultAction(route: string | undefined, method: string | undefined): string {
  if (method === undefined) return 'function.invoked';
  const words = (route ?? '')
    .slice(method.length + 1)
    .split('/')
    .filter((word) => word !== '' && !word.startsWith('{'))
    .map((word) => word.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_'));
  return `${(words.length > 0 ? words : ['http']).join('.').slice(0, 110)}.${activityOf(method)}`;
}
