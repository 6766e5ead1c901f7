/** The door over HTTP: PutEvents at `POST /`, plain JSON at `POST /events`; both answer when the events are on disk. */
import { randomUUID } from 'node:crypto';
import { type Answer, type Handler, type HttpRequest, json, mediaType } from '../http/answer.ts';
import type { Door } from './door.ts';
import { MAX_EVENT_REQUEST_BYTES, postEvents } from './post-events.ts';
import { ANY_RIGHTS, type ProducerKey, type Rights, rightsOf } from './producers.ts';
import { type AwsAnswer, awsError, putEvents } from './put-events.ts';
import { checkBearer, checkSignature, type SignatureCheck } from './sigv4.ts';

export interface DoorRoutesOptions {
  readonly door: Door;
  /** `any` is for development: any signature, or none. */
  readonly producers: 'any' | readonly ProducerKey[];
  readonly now: () => number;
  /** Told of a caller whose key or signature is not one. */
  readonly onStranger: (code: string, sourceIp: string) => void;
}

/** The 1 MiB of the entries, with every quote of `Detail` escaped and the names around them. */
const MAX_PUT_EVENTS_BYTES = 4 * 1024 * 1024;
const AWS_JSON = 'application/x-amz-json-1.1';
const RETRY_AFTER_SECONDS = '2';

export function doorRoutes({ door, producers, now, onStranger }: DoorRoutesOptions): {
  putEvents: Handler;
  events: Handler;
} {
  return {
    async putEvents(request) {
      const target = String(request.headers['x-amz-target'] ?? '');
      if (target !== 'AWSEvents.PutEvents')
        return aws(awsError(400, 'UnknownOperationException', unknownOperation(target)));
      if (mediaType(request.headers) !== AWS_JSON)
        return aws(awsError(415, 'SerializationException', `Content-Type must be ${AWS_JSON}.`));
      if (request.headers['content-encoding'])
        return aws(
          awsError(
            415,
            'SerializationException',
            'Content-Encoding is not understood: send the body as it is.',
          ),
        );
      const body = await request.body(MAX_PUT_EVENTS_BYTES);
      const rights = rightsFor(request, body);
      if (rights.kind === 'invalid')
        return aws(
          awsError(
            rights.code === 'IncompleteSignature' ? 400 : 403,
            AWS_NAMES[rights.code] ?? rights.code,
            rights.message,
          ),
        );
      const value = parse(body);
      if (value === undefined) return aws(awsError(400, 'SerializationException', 'The body is not JSON.'));
      return aws(await putEvents(value, door, rights.rights));
    },

    async events(request) {
      const type = mediaType(request.headers);
      if (
        !['application/json', 'application/x-ndjson'].includes(type) ||
        request.headers['content-encoding']
      ) {
        return json(415, {
          message:
            'send application/json (one event or an array) or application/x-ndjson (one event a line), not compressed',
        });
      }
      const body = await request.body(MAX_EVENT_REQUEST_BYTES);
      const rights = rightsFor(request, body);
      if (rights.kind === 'invalid')
        return json(401, { code: rights.code, message: rights.message }, { 'www-authenticate': 'Bearer' });
      const answer = await postEvents(
        body.toString('utf8'),
        type === 'application/x-ndjson',
        door,
        rights.rights,
      );
      return json(
        answer.status,
        answer.body,
        answer.status === 503 ? { 'retry-after': RETRY_AFTER_SECONDS } : {},
      );
    },
  };

  function rightsFor(
    request: HttpRequest,
    body: Buffer,
  ): { kind: 'rights'; rights: Rights } | Extract<SignatureCheck, { kind: 'invalid' }> {
    if (producers === 'any') return { kind: 'rights', rights: ANY_RIGHTS };
    const isBearer = request.path === '/events' && /^bearer /i.test(request.headers.authorization ?? '');
    const checked = isBearer
      ? checkBearer(request.headers.authorization ?? '', producers)
      : checkSignature({ ...request, body }, producers, now());
    if (checked.kind === 'valid') return { kind: 'rights', rights: rightsOf(checked.key) };
    onStranger(checked.code, request.sourceIp);
    return checked;
  }
}

/** Where AWS's common errors have another name than the code. https://docs.aws.amazon.com/eventbridge/latest/APIReference/CommonErrors.html */
const AWS_NAMES: Readonly<Record<string, string>> = {
  MissingAuthenticationToken: 'MissingAuthenticationTokenException',
  IncompleteSignature: 'IncompleteSignatureException',
};

function aws({ status, body }: AwsAnswer): Answer {
  const type = (body as { __type?: string }).__type;
  return {
    status,
    headers: {
      'content-type': AWS_JSON,
      'cache-control': 'no-store',
      'x-amzn-requestid': randomUUID(),
      ...(type !== undefined && { 'x-amzn-errortype': type }),
    },
    body: JSON.stringify(body),
  };
}

function unknownOperation(target: string): string {
  return target === ''
    ? 'X-Amz-Target is missing: this address takes AWSEvents.PutEvents; plain JSON goes to POST /events.'
    : 'This home takes one operation of EventBridge, AWSEvents.PutEvents.';
}

function parse(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
