/** One bucket of S3 that takes objects by `PutObject`: signed, unspoilt, and each name once.
 * https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html */
import { hash } from 'node:crypto';
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { checkSignature } from '../door/sigv4.ts';
import type { Answer } from '../http/answer.ts';
import { escapeXml, xml } from './aws-error.ts';
import { parsed, wrong } from './contract.ts';
import { remembered } from './remembered.ts';
import { pauseOf, type Received, type ReceivedItem, type StandIn } from './stand-in.ts';

const BUCKET = 'audit-stand-in';
/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const MAX_KEY_BYTES = 1_024;

interface S3Fault {
  readonly status: number;
  readonly code: string;
  readonly fault: Fault;
}

export const s3: StandIn = {
  name: 's3',
  sink: 's3',
  newKeys: () => ({}),
  newCredentials: (random) => ({
    accessKeyId: `AKIA${random(8).toString('hex').toUpperCase()}`,
    secretAccessKey: random(30).toString('base64url'),
  }),
  options: (url) => ({ endpoint: url, bucket: BUCKET, region: 'eu-west-1', batchWindowMs: 2_000 }),
  open(_keys, credentials) {
    const objects = remembered<true>();
    return {
      read(request) {
        const { method, path, headers } = request;
        const key = path.slice(BUCKET.length + 2);
        const problems: readonly S3Fault[] = [
          ...as(405, 'MethodNotAllowed', method === 'PUT' ? [] : wrong('method', 'must be PUT')),
          ...signatureFaults(request, credentials),
          ...as(
            404,
            'NoSuchBucket',
            path.startsWith(`/${BUCKET}/`) ? [] : wrong('path', 'is not in the bucket that was given out'),
          ),
          ...as(
            400,
            'KeyTooLongError',
            key !== '' && Buffer.byteLength(decodeURIComponent(key)) <= MAX_KEY_BYTES
              ? []
              : wrong('path', `must name an object in 1 to ${MAX_KEY_BYTES} bytes`),
          ),
          ...spoiltFaults(request),
          ...as(
            501,
            'NotImplemented',
            [undefined, '*'].includes(headers['if-none-match']) ? [] : wrong('if-none-match', 'must be *'),
          ),
        ];
        return {
          operation: `${method} ${path}`,
          problems: problems.map(({ fault }) => fault),
          items: itemsOf(request),
          take() {
            const [first] = problems;
            if (first) return failed(first.status, first.code, first.fault.message);
            if (headers['if-none-match'] === '*' && objects.has(key))
              return failed(
                412,
                'PreconditionFailed',
                'At least one of the pre-conditions you specified did not hold',
              );
            objects.set(key, true);
            return { status: 200, headers: { etag: `"${hash('md5', request.bytes)}"` } };
          },
        };
      },
      refuse(why) {
        if (why.kind === 'wrong-key')
          return failed(
            403,
            'InvalidAccessKeyId',
            'The AWS Access Key Id you provided does not exist in our records.',
          );
        return failed(
          Number(why.kind),
          why.kind === '500' ? 'InternalError' : 'SlowDown',
          'Please reduce your request rate.',
          pauseOf(why),
        );
      },
    };
  },
};

const as = (status: number, code: string, faults: readonly Fault[]): readonly S3Fault[] =>
  faults.map((fault) => ({ status, code, fault }));

function signatureFaults(
  { method, url, headers, bytes, nowMs }: Received,
  credentials: Parameters<StandIn['open']>[1],
): readonly S3Fault[] {
  const checked = checkSignature({ method, url, headers, body: bytes }, [credentials()], nowMs, 's3');
  if (checked.kind === 'valid') return [];
  const isUnknown = checked.code === 'UnrecognizedClientException';
  return as(
    403,
    isUnknown ? 'InvalidAccessKeyId' : 'SignatureDoesNotMatch',
    wrong('authorization', checked.message),
  );
}

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity-upload.html */
function spoiltFaults({ headers, bytes }: Received): readonly S3Fault[] {
  const checksum = headers['x-amz-checksum-sha256'];
  return [
    ...as(
      400,
      'XAmzContentSHA256Mismatch',
      headers['x-amz-content-sha256'] === hash('sha256', bytes)
        ? []
        : wrong('x-amz-content-sha256', 'must be the hash of the body as it is sent'),
    ),
    ...as(
      400,
      'BadDigest',
      checksum === undefined || checksum === hash('sha256', bytes, 'base64')
        ? []
        : wrong('x-amz-checksum-sha256', 'must be the hash of the body as it is sent'),
    ),
  ];
}

function itemsOf({ body }: Received): readonly ReceivedItem[] {
  return body
    .trimEnd()
    .split('\n')
    .map((line) => {
      const { value } = parsed(line);
      const event = isObject(value) ? (isObject(value.data) ? value.data : value) : {};
      const { id, tenantId, action } = event;
      return {
        id: String(id ?? ''),
        ...(typeof tenantId === 'string' && { tenantId }),
        line: String(action ?? ''),
      };
    });
}

/** https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html */
function failed(status: number, code: string, message: string, headers = {}): Answer {
  return xml(status, `<Error><Code>${code}</Code><Message>${escapeXml(message)}</Message></Error>`, headers);
}
