/** What a replay is, in the words that both homes' commands use. */
import type { ReplayParts } from '../../src/aws/replay/find-parts.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { SINKS } from '../../src/sink/registry.ts';
import type { Sink } from '../../src/sink/sink.ts';

export interface Span {
  readonly sink?: string;
  readonly fromMs: number;
  readonly toMs: number;
}

export function nameOf(sink: string | undefined): string {
  return sink === undefined || sink === TOPOLOGY.record.name ? 'the trail' : sink;
}

export function spanOf({ fromMs, toMs }: Span): string {
  return `from ${new Date(fromMs).toISOString()} to ${new Date(toMs).toISOString()}`;
}

/** What the destination makes of old events, if the span has such. */
export function redatedNote(
  { sink, fromMs }: Span,
  redatesAfterMs: number | undefined,
  nowMs: number,
): string | undefined {
  if (redatesAfterMs === undefined || nowMs - fromMs <= redatesAfterMs) return undefined;
  return `${nameOf(sink)} does not date events that are older than ${redatesAfterMs / 3_600_000} hours as they were: they are dated at their delivery and tagged redated:true, and @audit.occurredAt keeps their time.`;
}

/** What a person should know of a replay by EventBridge before it begins. */
export function awsNotes(
  span: Span,
  { archive, rule }: Pick<ReplayParts, 'archive' | 'rule'>,
  nowMs: number,
): readonly string[] {
  const days = archive.retentionDays;
  const redated = redatedNote(span, sinkOf(rule.description)?.redatesAfterMs, nowMs);
  return [
    ...(nowMs - span.toMs < ARCHIVE_LAG_MS
      ? [
          'The archive may be ten minutes behind the bus: what came last may be missing. --to 10m leaves it out.',
        ]
      : []),
    ...(days !== undefined && nowMs - span.fromMs > days * DAY_MS
      ? [`The archive ${archive.name} keeps ${days} days: what is older is gone.`]
      : []),
    ...(redated !== undefined ? [redated] : []),
  ];
}

/** The construct's description of a destination's rule ends with the title of its sink. */
function sinkOf(description: string): Sink | undefined {
  return (Object.values(SINKS) as unknown as readonly Sink[]).find(({ title }) =>
    description.endsWith(`(${title})`),
  );
}

/** https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-archive.html */
const ARCHIVE_LAG_MS = 10 * 60_000;
const DAY_MS = 86_400_000;
