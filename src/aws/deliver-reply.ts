/** Brings a reply to its viewer: as the route's response where it is one message, through `@connections` what is more. */

import type { Gateway } from '../stream/ports.ts';
import type { Reply } from '../stream/receive.ts';

/** What API Gateway sends to the viewer (`body`) when the Lambda has answered.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-websocket-api-route-response.html */
export interface RouteAnswer {
  readonly statusCode: 200;
  readonly body?: string;
}

/** A reply that ends the connection is sent before the end: the response would come after it. */
export async function deliverReply(
  connectionId: string,
  { messages, close }: Reply,
  gateway: Gateway,
): Promise<RouteAnswer> {
  const posted = close ? messages : messages.slice(0, -1);
  await Promise.all(posted.map((message) => gateway.send(connectionId, message)));
  const last = messages.at(-1);
  if (close) await gateway.close(connectionId, close.code, close.reason);
  return close || last === undefined ? { statusCode: 200 } : { statusCode: 200, body: last };
}
