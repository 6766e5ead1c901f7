/** Lets pages of allow-listed origins write to the door from a browser; everybody else's browser gets no word of it. */
import type { Answer, Handler } from './answer.ts';

export function withCors(
  handler: Handler,
  allowedOrigins: readonly string[],
): { readonly handler: Handler; readonly preflight: Handler } {
  const allowed = new Set(allowedOrigins.map((origin) => origin.toLowerCase()));
  const headersFor = (origin: string | undefined): Readonly<Record<string, string>> =>
    origin !== undefined && allowed.has(origin.toLowerCase())
      ? { 'access-control-allow-origin': origin, vary: 'origin' }
      : { vary: 'origin' };
  const withHeaders = (answer: Answer, origin: string | undefined): Answer => ({
    ...answer,
    headers: {
      ...answer.headers,
      ...headersFor(origin),
      ...(allowed.size > 0 && { 'cross-origin-resource-policy': 'cross-origin' }),
    },
  });
  return {
    handler: async (request) => withHeaders(await handler(request), request.headers.origin),
    preflight: ({ headers: { origin } }) =>
      withHeaders(
        {
          status: 204,
          headers: {
            'access-control-allow-methods': 'POST',
            'access-control-allow-headers': 'content-type, authorization',
            'access-control-max-age': '600',
          },
        },
        origin,
      ),
  };
}
