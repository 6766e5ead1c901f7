/** Sends events: one made of flags, or any number from a file or a pipe. */
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { ACTIVITIES, CATEGORIES, OUTCOMES, SEVERITIES } from '../../src/domain/event/audit-event.ts';
import { newEventId } from '../../src/domain/event/new-event-id.ts';
import { visibleLine } from '../../src/domain/visible-text.ts';
import { DEFAULT_URL } from '../access.ts';
import { busOf } from '../bus-sender.ts';
import { type Command, readArgs, UsageError } from '../command.ts';
import { progressBar } from '../progress-bar.ts';
import { doorOf } from '../sender.ts';

const SHOWN = 20;

const OPTIONS = {
  url: { type: 'string' },
  key: { type: 'string' },
  bus: { type: 'string' },
  file: { type: 'string' },
  tenant: { type: 'string' },
  action: { type: 'string' },
  actor: { type: 'string' },
  target: { type: 'string' },
  activity: { type: 'string' },
  category: { type: 'string' },
  outcome: { type: 'string' },
  severity: { type: 'string' },
  message: { type: 'string' },
} as const;

export const emit: Command = {
  summary: 'send events',
  help: `audit-stream emit --tenant NAME --action NAME --actor ID [options]
audit-stream emit [--file FILE] < events.ndjson

Sends one event made of flags, or events as JSON, one a line, and says which were refused and why.
Events that were taken before are taken again without harm: their id is their identity.

  --url URL          where it runs (default ${DEFAULT_URL})
  --key KEY          a producer's bearer key, where the home asks for one; or AUDIT_STREAM_KEY
  --bus NAME         a deployment: put them on this EventBridge bus, with your AWS credentials and region
  --file FILE        read from a file instead of standard input
  --tenant, --action, --actor ID, --target TYPE:ID, --message TEXT
  --activity         ${ACTIVITIES.join(' ')}
  --category         ${CATEGORIES.join(' ')}
  --outcome          ${OUTCOMES.join(' ')}
  --severity         ${SEVERITIES.join(' ')}

Exit code 0: all were taken. 1: some were refused.

Examples
  audit-stream emit --tenant acme --action invoice.approved --actor ada --target invoice:4711
  audit-stream emit < events.ndjson
  audit-stream emit --bus NAME < events.ndjson`,

  async run(args) {
    const given = readArgs(args, OPTIONS);
    const lines = given.action === undefined ? await readLines(given.file) : [JSON.stringify(eventOf(given))];
    const sender =
      given.bus === undefined
        ? doorOf(given.url ?? DEFAULT_URL, given.key ?? process.env.AUDIT_STREAM_KEY)
        : await busOf(given.bus);
    const bar = progressBar(lines.length, 'events');
    const refused: string[] = [];
    for (let from = 0; from < lines.length; from += sender.batch) {
      const results = await sender.send(lines.slice(from, from + sender.batch));
      for (const [i, result] of results.entries()) {
        if (result.status !== 'refused') continue;
        refused.push(
          `line ${from + i + 1}${result.id ? ` (${visibleLine(result.id)})` : ''}: ${result.code}: ${visibleLine(result.message ?? '')}`,
        );
      }
      bar.to(Math.min(from + sender.batch, lines.length));
    }
    bar.end();
    for (const line of refused.slice(0, SHOWN)) console.error(line);
    if (refused.length > SHOWN) console.error(`… and ${refused.length - SHOWN} more`);
    console.log(
      `${(lines.length - refused.length).toLocaleString('en')} of ${lines.length.toLocaleString('en')} events taken${refused.length > 0 ? `, ${refused.length.toLocaleString('en')} refused` : ''}.`,
    );
    return refused.length > 0 ? 1 : 0;
  },
};

async function readLines(file: string | undefined): Promise<readonly string[]> {
  if (file === undefined && process.stdin.isTTY)
    throw new UsageError(
      'give the event by flags (--tenant, --action, --actor), or pipe events in, one JSON object a line',
    );
  const content = file === undefined ? await text(process.stdin) : read(file);
  const lines = content.split('\n').filter((line) => line.trim() !== '');
  if (lines.length === 0) throw new UsageError('there is no event in the input');
  // One event over several lines, as people write JSON.
  return isJson(content) && !lines.every(isJson) ? [JSON.stringify(JSON.parse(content))] : lines;
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new UsageError(`--file ${file} cannot be read: ${(error as NodeJS.ErrnoException).code}`);
  }
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

type Flags = { readonly [K in keyof typeof OPTIONS]?: string | undefined };

function eventOf({
  tenant,
  action,
  actor,
  target,
  activity,
  category,
  outcome,
  severity,
  message,
}: Flags): unknown {
  if (tenant === undefined || actor === undefined)
    throw new UsageError('one event by flags needs --tenant, --action and --actor');
  const colon = target?.indexOf(':') ?? -1;
  if (target !== undefined && colon < 1)
    throw new UsageError(`--target must be TYPE:ID, for example invoice:4711, got "${target}"`);
  const now = Date.now();
  const [service] = (action ?? '').split('.');
  return {
    schemaVersion: '1.0',
    id: newEventId(now),
    tenantId: tenant,
    occurredAt: new Date(now).toISOString(),
    recordedAt: new Date(now).toISOString(),
    action,
    activity: one('activity', activity ?? 'other', ACTIVITIES),
    category: one('category', category ?? 'api', CATEGORIES),
    outcome: one('outcome', outcome ?? 'success', OUTCOMES),
    severity: one('severity', severity ?? 'info', SEVERITIES),
    ...(message !== undefined && { message }),
    actor: { type: 'user', id: actor },
    targets: target === undefined ? [] : [{ type: target.slice(0, colon), id: target.slice(colon + 1) }],
    source: { service: service || 'cli', environment: 'cli' },
  };
}

function one(option: string, value: string, allowed: readonly string[]): string {
  if (!allowed.includes(value))
    throw new UsageError(`--${option} must be one of ${allowed.join(', ')}, got "${value}"`);
  return value;
}
