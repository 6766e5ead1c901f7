/** What AWS does around the Lambdas, on one machine: HTTP requests become events of an HTTP API, messages those of a queue. */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';

type Lambda = (event: never, context: never) => Promise<unknown>;

const ROUTES = ['POST /orders', 'GET /orders/{orderId}', 'DELETE /orders/{orderId}'];
const ARN = 'arn:aws:lambda:local:000000000000:function';

const contextOf = (functionName: string) => ({
  awsRequestId: randomUUID(),
  functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: `${ARN}:${functionName}`,
});

/** https://docs.aws.amazon.com/apigateway/latest/developerguide/http-api-develop-integrations-lambda.html */
export function serveHttp(lambda: Lambda): Server {
  return createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const part of incoming) body += part;
    try {
      const answer = (await lambda(eventOf(incoming, body) as never, contextOf('orders-api') as never)) as {
        statusCode: number;
        headers?: Record<string, string>;
        body?: string;
      };
      outgoing.writeHead(answer.statusCode, answer.headers).end(answer.body);
    } catch {
      // As API Gateway answers for a Lambda that throws.
      outgoing.writeHead(500, { 'content-type': 'application/json' });
      outgoing.end('{"message":"Internal Server Error"}\n');
    }
  });
}

function eventOf(incoming: IncomingMessage, body: string): object {
  const { method = 'GET', url = '/', headers, socket } = incoming;
  const { pathname, searchParams } = new URL(url, 'http://orders');
  const orderId = /^\/orders\/([^/]+)$/.exec(pathname)?.[1];
  const path = orderId === undefined ? pathname : '/orders/{orderId}';
  const routeKey = ROUTES.find((route) => route === `${method} ${path}`) ?? '$default';
  // A JWT authorizer would have checked the token; here its name is who calls.
  const name = /^Bearer (\w{1,64})$/.exec(headers.authorization ?? '')?.[1];
  return {
    version: '2.0',
    routeKey,
    rawPath: pathname,
    headers,
    queryStringParameters: Object.fromEntries(searchParams),
    ...(orderId !== undefined && { pathParameters: { orderId } }),
    requestContext: {
      http: { method, path: pathname, sourceIp: socket.remoteAddress, userAgent: headers['user-agent'] },
      ...(name !== undefined && {
        authorizer: { jwt: { claims: { sub: name, tenant: 'acme' }, scopes: null } },
      }),
    },
    ...(body !== '' && { body }),
    isBase64Encoded: false,
  };
}

interface Ids {
  readonly correlationId: string;
  readonly traceparent?: string;
}

/** Answers what puts a message on the queue; the consumer has it soon after, three times at most.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html */
export function serveQueue(consumer: Lambda): (message: object, ids?: Ids) => void {
  return (message, ids) => void setTimeout(() => deliver(message, ids, 1), DELAY_MS).unref();

  async function deliver(message: object, ids: Ids | undefined, receives: number): Promise<void> {
    const attribute = (stringValue: string) => ({ stringValue, dataType: 'String' });
    const record = {
      messageId: randomUUID(),
      body: JSON.stringify(message),
      attributes: { ApproximateReceiveCount: String(receives) },
      messageAttributes: {
        ...(ids && { 'x-correlation-id': attribute(ids.correlationId) }),
        ...(ids?.traceparent && { traceparent: attribute(ids.traceparent) }),
      },
      eventSource: 'aws:sqs',
      eventSourceARN: 'arn:aws:sqs:local:000000000000:warehouse',
      awsRegion: 'local',
    };
    const answer = await consumer({ Records: [record] } as never, contextOf('warehouse') as never).catch(
      () => undefined,
    );
    const { batchItemFailures = [record] } = (answer ?? {}) as { batchItemFailures?: readonly unknown[] };
    if (batchItemFailures.length > 0 && receives < MAX_RECEIVES) await deliver(message, ids, receives + 1);
  }
}

const DELAY_MS = 200;
const MAX_RECEIVES = 3;
