/** A bulk request line by line, as OpenSearch reads it: one outcome an operation, and an id is created once in its index.
 * https://docs.opensearch.org/latest/api-reference/document-apis/bulk/ */
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { json, mediaType } from '../http/answer.ts';
import { type Check, fields, parsed, text, wrong } from './contract.ts';
import type { Remembered } from './remembered.ts';
import type { Reading, Received, ReceivedItem } from './stand-in.ts';

/** https://docs.opensearch.org/latest/install-and-configure/configuring-opensearch/network-settings/ (`http.max_content_length`) */
const MAX_BYTES = 100 * 1024 * 1024;
/** Since 2.9. https://docs.opensearch.org/latest/api-reference/document-apis/index-document/ */
const MAX_ID_BYTES = 512;

/** https://docs.opensearch.org/latest/api-reference/index-apis/create-index/#index-naming-restrictions */
const INDEX = /^(?![-_+])[^A-Z\s:"*+/\\|?#><,]{1,255}$/;
/** Only `create`: anything else could write over a record. */
const ACTION: Check = fields({
  'create!': fields({
    '_index!': text({ least: 1, form: INDEX, called: 'name of an index' }),
    '_id!': text({ least: 1 }),
  }),
});
const DOCUMENT: Check = fields({
  '@timestamp!': text({ least: 1 }),
  'event!': fields({ 'id!': text({ least: 1 }) }),
});

interface Operation {
  readonly index: string;
  readonly id: string;
  readonly faults: readonly Fault[];
  readonly item: ReceivedItem;
}

export function readBulk(
  { headers, body }: Received,
  documents: Remembered<true>,
): Omit<Reading, 'operation'> {
  const isEnded = body.endsWith('\n');
  const lines = (isEnded ? body.slice(0, -1) : body).split('\n');
  const whole: readonly Fault[] = [
    ...(['application/x-ndjson', 'application/json'].includes(mediaType(headers))
      ? []
      : wrong('content-type', 'must be application/x-ndjson')),
    ...(body.length > MAX_BYTES ? wrong('body', `must have at most ${MAX_BYTES} bytes`) : []),
    ...(isEnded ? [] : wrong('body', 'must end with a newline')),
    ...(lines.length % 2 === 0
      ? []
      : wrong('body', 'must have a line for the operation and one for the document')),
  ];
  const actions = Array.from({ length: Math.floor(lines.length / 2) }, (_, i) => ({
    i,
    ...parsed(lines[2 * i] ?? ''),
  }));
  const malformed = actions.flatMap(({ i, value, faults }) =>
    faults.length > 0 ? wrong(`body[${2 * i}]`, 'is not JSON') : ACTION(value, `body[${2 * i}]`),
  );
  const refused = [...whole, ...malformed];
  const operations =
    refused.length > 0
      ? []
      : actions.map(({ i, value }) => operationOf(value, lines[2 * i + 1] ?? '', 2 * i + 1));
  return {
    problems: [...refused, ...operations.flatMap(({ faults }) => faults)],
    items: operations.map(({ item }) => item),
    take() {
      if (refused[0]) {
        const error = {
          type: 'illegal_argument_exception',
          reason: `${refused[0].path} ${refused[0].message}`,
        };
        return json(400, { error: { root_cause: [error], ...error }, status: 400 });
      }
      const items = operations.map((one) => ({ create: created(one, documents) }));
      return json(200, { took: 1, errors: items.some(({ create }) => create.status > 299), items });
    },
  };
}

function created({ index, id, faults: [fault] }: Operation, documents: Remembered<true>) {
  if (fault)
    return {
      _index: index,
      _id: id,
      status: 400,
      error: { type: 'mapper_parsing_exception', reason: `${fault.path} ${fault.message}` },
    };
  const key = `${index}/${id}`;
  if (documents.has(key))
    return {
      _index: index,
      _id: id,
      status: 409,
      error: { type: 'version_conflict_engine_exception', reason: 'document already exists' },
    };
  documents.set(key, true);
  return { _index: index, _id: id, status: 201, result: 'created' };
}

function operationOf(action: unknown, line: string, at: number): Operation {
  const { _index: index, _id: id } = (
    action as { readonly create: { readonly _index: string; readonly _id: string } }
  ).create;
  const { value, faults } = parsed(line);
  const document = isObject(value) ? value : {};
  const { event, organization, message, user } = document;
  const { id: eventId, action: did } = isObject(event) ? event : {};
  const tenantId = isObject(organization) ? organization.id : undefined;
  const who = isObject(user) ? (user.name ?? user.id) : undefined;
  return {
    index,
    id,
    faults: [
      ...(Buffer.byteLength(id) > MAX_ID_BYTES
        ? wrong(`body[${at - 1}].create._id`, `must have at most ${MAX_ID_BYTES} bytes`)
        : []),
      ...faults.map(({ message }) => ({ path: `body[${at}]`, message })),
      ...(faults.length > 0 ? [] : DOCUMENT(value, `body[${at}]`)),
    ],
    item: {
      id: String(eventId ?? ''),
      ...(typeof tenantId === 'string' && { tenantId }),
      line: `${index} ${did}${who === undefined ? '' : ` by ${who}`}${message === undefined ? '' : `: ${message}`}`,
    },
  };
}
