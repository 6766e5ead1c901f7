/** Datadog's log intake, v2, as it takes and refuses. https://docs.datadoghq.com/api/latest/logs/#send-logs */
import { type Fault, isObject } from '../../domain/protocol/fields.ts';
import { type Answer, json, mediaType } from '../http/answer.ts';
import { type Check, fields, listOf, parsed, text, wrong } from './contract.ts';
import { pauseOf, type ReceivedItem, type StandIn } from './stand-in.ts';

/** Per request, uncompressed; larger logs are cut, and those of another time are dated anew, both without a word.
 * https://docs.datadoghq.com/api/latest/logs/#send-logs
 * https://docs.datadoghq.com/logs/log_configuration/pipelines/#date-attribute */
const MAX_BYTES = 5_000_000;
const MAX_LOG_BYTES = 1_000_000;
const MAX_LOGS = 1_000;
const MAX_AGE_MS = 18 * 3_600_000;
const MAX_AHEAD_MS = 2 * 3_600_000;

const LOGS: Check = listOf(
  fields({ 'message!': text(), ddsource: text(), ddtags: text(), hostname: text(), service: text() }),
);

export const datadog: StandIn = {
  name: 'datadog',
  sink: 'datadog',
  newKeys: (random) => ({ apiKey: random(16).toString('hex') }),
  options: (url) => ({ url }),
  open: (keys) => ({
    read({ method, path, headers, body, nowMs }) {
      const key = headers['dd-api-key'];
      const { value, faults } = parsed(body);
      const logs = Array.isArray(value) ? value : [];
      const against = (status: number, problems: readonly Fault[]) =>
        problems.map((fault) => ({ status, fault }));
      const refused = [
        ...(`${method} ${path}` === 'POST /api/v2/logs'
          ? []
          : against(404, wrong('path', 'must be POST /api/v2/logs'))),
        ...(key === undefined
          ? against(401, wrong('dd-api-key', 'is missing'))
          : key === keys().apiKey
            ? []
            : against(403, wrong('dd-api-key', 'is not the key that was given out'))),
        ...(mediaType(headers) === 'application/json'
          ? []
          : against(415, wrong('content-type', 'must be application/json'))),
        ...(Buffer.byteLength(body) > MAX_BYTES
          ? against(413, wrong('body', `must have at most ${MAX_BYTES} bytes uncompressed`))
          : []),
        ...(logs.length > MAX_LOGS ? against(413, wrong('body', `must have at most ${MAX_LOGS} logs`)) : []),
        ...against(400, [...faults, ...(faults.length > 0 ? [] : LOGS(value, 'body'))]),
      ];
      return {
        operation: `${method} ${path}`,
        // What is taken and spoiled without a word is told here.
        problems: [...refused.map(({ fault }) => fault), ...logs.flatMap((log, i) => spoiled(log, i, nowMs))],
        items: logs.filter(isObject).map(itemOf),
        take: () => (refused[0] ? error(refused[0].status, refused[0].fault.message) : json(202, {})),
      };
    },
    refuse(why) {
      const status = why.kind === 'wrong-key' ? 403 : Number(why.kind);
      const answer = error(status, TITLES[status] ?? '');
      return { ...answer, headers: { ...answer.headers, ...pauseOf(why) } };
    },
  }),
};

function spoiled(log: unknown, i: number, nowMs: number): readonly Fault[] {
  if (!isObject(log)) return [];
  const { timestamp } = log;
  const timeMs =
    typeof timestamp === 'number' ? timestamp : typeof timestamp === 'string' ? Date.parse(timestamp) : nowMs;
  return [
    ...(Buffer.byteLength(JSON.stringify(log)) > MAX_LOG_BYTES
      ? wrong(`body[${i}]`, `is longer than ${MAX_LOG_BYTES} bytes: it would be cut`)
      : []),
    ...(nowMs - timeMs <= MAX_AGE_MS && timeMs - nowMs <= MAX_AHEAD_MS
      ? []
      : wrong(`body[${i}].timestamp`, 'is older than 18 hours or 2 hours ahead: it would be dated anew')),
  ];
}

function itemOf({ evt, audit, message, status }: Readonly<Record<string, unknown>>): ReceivedItem {
  const tenantId = isObject(audit) ? audit.tenantId : undefined;
  return {
    id: String(isObject(evt) ? evt.id : ''),
    ...(typeof tenantId === 'string' && { tenantId }),
    line: `${status} ${message}`,
  };
}

const TITLES: Readonly<Record<number, string>> = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  413: 'Request Entity Too Large',
  415: 'Unsupported Media Type',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  503: 'Service Unavailable',
};

function error(status: number, detail: string): Answer {
  return json(status, { errors: [{ status: String(status), title: TITLES[status], detail }] });
}
