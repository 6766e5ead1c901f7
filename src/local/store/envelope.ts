/** The bus's envelope around an event, and its text: the detail is written to JSON once, whatever it is kept in. */
import type { BusEvent } from '../../domain/bus-event.ts';

export interface Enveloped {
  readonly event: BusEvent;
  /** `event.detail` as JSON. */
  readonly detail: string;
  /** `event` as JSON. */
  readonly text: string;
}

export interface EnvelopeFields {
  readonly id: string;
  readonly source: string;
  readonly detailType: string;
  readonly time: string;
  readonly resources: readonly string[];
  readonly replayName?: string;
}

/** `detailText` is given where the JSON is at hand already.
 * @throws TypeError when `detail` has no JSON. */
export function envelope(
  fields: EnvelopeFields,
  detail: unknown,
  detailText: string | undefined = JSON.stringify(detail),
): Enveloped {
  if (detailText === undefined)
    throw new TypeError(`the detail of an event must be JSON, not ${typeof detail}`);
  const head = {
    version: '0',
    id: fields.id,
    'detail-type': fields.detailType,
    source: fields.source,
    account: '000000000000',
    time: fields.time,
    region: 'local',
    resources: fields.resources,
    ...(fields.replayName !== undefined && { 'replay-name': fields.replayName }),
  } as const;
  return {
    event: { ...head, detail },
    detail: detailText,
    text: `${JSON.stringify(head).slice(0, -1)},"detail":${detailText}}`,
  };
}
