/** API Gateway REST APIs: payload format 1.0, which HTTP APIs can send too.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/set-up-lambda-proxy-integrations.html#api-gateway-simple-proxy-for-lambda-input-format */
import { type Authorizer, actorOf, type Identity } from '../actor.ts';
import type { EventSource } from './facts.ts';
import { httpFacts, type TextMap } from './http-facts.ts';

interface RestApiEvent {
  readonly resource: string;
  readonly path: string;
  readonly httpMethod: string;
  readonly headers?: TextMap | null;
  readonly queryStringParameters?: TextMap | null;
  readonly pathParameters?: TextMap | null;
  readonly requestContext: { readonly identity: Identity; readonly authorizer?: Authorizer | null };
}

export const restApi: EventSource = {
  recognises: (event) =>
    typeof event.httpMethod === 'string' &&
    typeof event.resource === 'string' &&
    (event.requestContext as { identity?: unknown } | undefined)?.identity !== undefined,

  read(event, options) {
    const { resource, path, httpMethod, headers, queryStringParameters, pathParameters, requestContext } =
      event as unknown as RestApiEvent;
    const { identity, authorizer } = requestContext;
    return {
      actor: actorOf({ ...(authorizer && { authorizer }), identity }),
      ...httpFacts(
        {
          method: httpMethod,
          path,
          route: resource,
          headers: headers ?? {},
          query: queryStringParameters ?? {},
          pathParameters: pathParameters ?? {},
          ...(identity.sourceIp && { sourceIp: identity.sourceIp }),
          userAgent: identity.userAgent,
        },
        options,
      ),
    };
  },
};
