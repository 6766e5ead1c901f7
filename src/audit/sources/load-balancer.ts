/** Application Load Balancer, with single or multi-value headers: whichever its target group sends.
 * https://docs.aws.amazon.com/elasticloadbalancing/latest/application/lambda-functions.html#receive-event-from-load-balancer */
import { ANONYMOUS } from '../actor.ts';
import type { EventSource } from './facts.ts';
import { httpFacts, type TextMap } from './http-facts.ts';

type Values = Readonly<Record<string, readonly string[]>>;

interface LoadBalancerEvent {
  readonly httpMethod: string;
  readonly path: string;
  readonly headers?: TextMap;
  readonly multiValueHeaders?: Values;
  readonly queryStringParameters?: TextMap;
  readonly multiValueQueryStringParameters?: Values;
}

export const loadBalancer: EventSource = {
  recognises: (event) =>
    typeof event.httpMethod === 'string' &&
    (event.requestContext as { elb?: unknown } | undefined)?.elb !== undefined,

  /** It names nobody and no route; the last address of `X-Forwarded-For` is the one that it saw itself. */
  read(event, options) {
    const { httpMethod, path, ...lists } = event as unknown as LoadBalancerEvent;
    return {
      actor: ANONYMOUS,
      ...httpFacts(
        {
          method: httpMethod,
          path,
          headers: lists.headers ?? joined(lists.multiValueHeaders),
          query: lists.queryStringParameters ?? joined(lists.multiValueQueryStringParameters),
          pathParameters: {},
        },
        options,
      ),
    };
  },
};

function joined(values: Values = {}): TextMap {
  return Object.fromEntries(Object.entries(values).map(([name, list]) => [name, list.join(', ')]));
}
