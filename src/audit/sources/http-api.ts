/** API Gateway HTTP APIs and function URLs: payload format 2.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
import { type Authorizer, actorOf } from '../actor.ts';
import type { EventSource } from './facts.ts';
import { httpFacts, type TextMap } from './http-facts.ts';

interface HttpApiEvent {
  readonly routeKey: string;
  readonly rawPath: string;
  readonly headers?: TextMap;
  readonly queryStringParameters?: TextMap;
  readonly pathParameters?: TextMap;
  readonly requestContext: {
    readonly http: {
      readonly method: string;
      readonly path: string;
      readonly sourceIp?: string;
      readonly userAgent?: string;
    };
    readonly authorizer?: Authorizer;
  };
}

export const httpApi: EventSource = {
  recognises: (event) =>
    event.version === '2.0' && (event.requestContext as { http?: unknown } | undefined)?.http !== undefined,

  read(event, options) {
    const { routeKey, rawPath, headers, queryStringParameters, pathParameters, requestContext } =
      event as unknown as HttpApiEvent;
    const { http, authorizer } = requestContext;
    return {
      actor: actorOf({ ...(authorizer && { authorizer }) }),
      ...httpFacts(
        {
          method: http.method,
          path: rawPath,
          // Of a function URL, and of an API's catch-all, the route is no more than `$default`.
          ...(routeKey.includes(' ') && { route: routeKey.slice(routeKey.indexOf(' ') + 1) }),
          headers: headers ?? {},
          query: queryStringParameters ?? {},
          pathParameters: pathParameters ?? {},
          ...(http.sourceIp && { sourceIp: http.sourceIp }),
          userAgent: http.userAgent,
        },
        options,
      ),
    };
  },
};
