/** API Gateway WebSocket APIs: someone connects, speaks or leaves.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-mapping-template-reference.html */
import type { Http } from '../../domain/event/audit-event.ts';
import { type Authorizer, actorOf, type Identity } from '../actor.ts';
import type { EventSource } from './facts.ts';
import { httpFacts, type TextMap } from './http-facts.ts';

interface WebSocketEvent {
  /** With `$connect` only. */
  readonly headers?: TextMap | null;
  readonly queryStringParameters?: TextMap | null;
  readonly requestContext: {
    readonly routeKey: string;
    readonly connectionId: string;
    readonly eventType: keyof typeof ACTIONS;
    readonly identity?: Identity;
    readonly authorizer?: Authorizer | null;
  };
}

const ACTIONS = {
  CONNECT: 'websocket.connected',
  MESSAGE: 'websocket.received',
  DISCONNECT: 'websocket.disconnected',
} as const;

export const webSocket: EventSource = {
  recognises(event) {
    const { connectionId, eventType } = (event.requestContext ?? {}) as Record<string, unknown>;
    return (
      typeof connectionId === 'string' && typeof eventType === 'string' && Object.hasOwn(ACTIONS, eventType)
    );
  },

  read(event, options) {
    const { headers, queryStringParameters, requestContext } = event as unknown as WebSocketEvent;
    const { routeKey, connectionId, eventType, authorizer, identity = {} } = requestContext;
    const { context, http } = httpFacts(
      {
        method: 'GET',
        path: '/',
        headers: headers ?? {},
        query: queryStringParameters ?? {},
        pathParameters: {},
        ...(identity.sourceIp && { sourceIp: identity.sourceIp }),
        // Messages come without headers.
        userAgent: identity.userAgent,
      },
      options,
    );
    return {
      actor: actorOf({ ...(authorizer && { authorizer }), identity }),
      action: ACTIONS[eventType],
      route: routeKey,
      targets: [{ type: 'websocket_connection', id: connectionId }],
      ...(context && { context }),
      http: { route: routeKey, request: http?.request as NonNullable<Http['request']> },
    };
  },
};
