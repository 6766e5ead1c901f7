/** A receiver of signed webhooks that verifies as Standard Webhooks has it, and knows which ids it has had.
 * https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
import { createHmac, timingSafeEqual } from 'node:crypto';
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { json, mediaType } from '../http/answer.ts';
import { fields, parsed, text, time, wrong } from './contract.ts';
import { remembered } from './remembered.ts';
import { pauseOf, type Received, type ReceivedItem, type StandIn } from './stand-in.ts';

/** What the standard's own libraries allow. */
const TOLERANCE_SECONDS = 300;
/** Recommended most: https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md#payload-size */
const MAX_BYTES = 1_000_000;

const EVENT = fields({
  'type!': text({ least: 1 }),
  'timestamp!': time,
  'data!': fields({ 'id!': text(), 'tenantId!': text() }),
});

export const webhook: StandIn = {
  name: 'webhook',
  sink: 'webhook',
  newKeys: (random) => ({ secret: `whsec_${random(32).toString('base64')}` }),
  options: (url) => ({ url: `${url}/events`, allowPrivateAddresses: true }),
  open(keys) {
    const had = remembered<true>();
    return {
      read(request) {
        const { method, path, headers, body } = request;
        const id = headerOf(request, 'webhook-id');
        const { value, faults } = parsed(body);
        const unsigned = signatureFaults(request, keys().secret ?? '');
        const problems = [
          ...(`${method} ${path}` === 'POST /events' ? [] : wrong('path', 'must be POST /events')),
          ...(mediaType(headers) === 'application/json'
            ? []
            : wrong('content-type', 'must be application/json')),
          ...(Buffer.byteLength(body) > MAX_BYTES
            ? wrong('body', `must have at most ${MAX_BYTES} bytes`)
            : []),
          ...faults,
          ...(faults.length > 0 ? [] : EVENT(value, 'body')),
        ];
        return {
          operation: `${method} ${path}`,
          problems: [...unsigned, ...problems],
          items: itemsOf(value),
          take() {
            if (unsigned[0]) return json(401, { message: unsigned[0].message });
            if (problems[0]) return json(400, problems[0]);
            if (had.has(id)) return json(409, { message: 'this id is known' });
            had.set(id, true);
            return { status: 204 };
          },
        };
      },
      refuse: (why) =>
        json(why.kind === 'wrong-key' ? 401 : Number(why.kind), { message: 'not now' }, pauseOf(why)),
    };
  },
};

function signatureFaults(request: Received, secret: string): readonly Fault[] {
  const [id, timestamp, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(request, name),
  ) as [string, string, string];
  const seconds = Number(timestamp);
  const expected = createHmac('sha256', Buffer.from(secret.replace(/^whsec_/, ''), 'base64'))
    .update(`${id}.${timestamp}.${request.body}`)
    .digest();
  const isSigned = signatures.split(' ').some((one) => {
    const said = Buffer.from(one.replace(/^v1,/, ''), 'base64');
    return one.startsWith('v1,') && said.length === expected.length && timingSafeEqual(said, expected);
  });
  return [
    ...(/^[^.\s]{1,256}$/.test(id)
      ? []
      : wrong('webhook-id', 'must be 1 to 256 characters, no dot or space in it')),
    ...(/^\d+$/.test(timestamp) && Math.abs(request.nowMs / 1_000 - seconds) <= TOLERANCE_SECONDS
      ? []
      : wrong('webhook-timestamp', `must be seconds within ${TOLERANCE_SECONDS} of now`)),
    ...(isSigned ? [] : wrong('webhook-signature', 'has no signature that the secret makes')),
  ];
}

function headerOf({ headers }: Received, name: string): string {
  return String(headers[name] ?? '');
}

function itemsOf(value: unknown): readonly ReceivedItem[] {
  const data = isObject(value) ? value.data : undefined;
  if (!isObject(data)) return [];
  const { id, tenantId, action } = data;
  return [{ id: String(id), ...(typeof tenantId === 'string' && { tenantId }), line: String(action) }];
}
