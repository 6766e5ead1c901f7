/** Replays a deployment's archive: EventBridge does it, with the AWS credentials of whoever runs the command. */
import { filteredReplayNameFor, replayNameFor } from '../../src/domain/replay-fence.ts';
import { TOPOLOGY } from '../../src/domain/topology.ts';
import { UsageError } from '../command.ts';
import { STOPPED } from '../stop-at-signal.ts';
import type { AwsDeps } from './aws-deps.ts';
import { awsNotes, nameOf, spanOf } from './in-words.ts';
import type { ReplayPlan } from './replay-at-home.ts';
import { tellTrail } from './tell-trail.ts';
import { watchReplay } from './watch-replay.ts';

export type AskedOfAws =
  | { readonly kind: 'status' | 'cancel'; readonly name: string }
  | {
      readonly kind: 'replay';
      readonly plan: ReplayPlan;
      readonly execute: boolean;
      readonly archive?: string;
    };

/** Returns the exit code. */
export async function replayAtAws(busName: string, asked: AskedOfAws, deps: AwsDeps): Promise<number> {
  if (asked.kind === 'replay') return start(busName, asked, deps);
  const { aws, say, now } = deps;
  const state = await aws.describe(asked.name);
  if (!state) throw new Error(`this account and region know no replay "${asked.name}"`);
  if (asked.kind === 'cancel') {
    await aws.cancel(asked.name);
    say(`Replay ${asked.name} is being cancelled; what it has sent already stays sent.`);
  } else {
    const at = state.atMs === undefined ? '' : `, at events of ${new Date(state.atMs).toISOString()}`;
    const why = state.reason === undefined ? '' : ` (${state.reason})`;
    say(`Replay ${asked.name} ${spanOf(state)} is ${state.state}${at}${why}.`);
  }
  await clearUp(deps, now());
  return 0;
}

async function start(
  busName: string,
  { plan, execute, archive }: Extract<AskedOfAws, { kind: 'replay' }>,
  deps: AwsDeps,
): Promise<number> {
  const { aws, say, now, publish, warn } = deps;
  const route = plan.sink ?? TOPOLOGY.record.name;
  const filter = plan.filter && Object.keys(plan.filter).length > 0 ? plan.filter : undefined;
  if (filter && route === TOPOLOGY.record.name) throw new UsageError(NO_FILTER);
  const parts = await aws.find(route, archive);
  if (parts.kind === 'missing') throw new Error(parts.reason);
  const name = (filter ? filteredReplayNameFor : replayNameFor)(route, now());
  const own = filter && aws.patternFor(parts.rule.pattern, filter, name);
  if (own?.kind === 'missing') throw new Error(own.reason);
  for (const note of awsNotes(plan, parts, now())) warn(note);
  if (!execute) {
    const { name: archiveName, events } = parts.archive;
    const by = own ? 'a rule of its own' : `the rule ${parts.rule.name}`;
    say(
      `EventBridge would replay what the archive ${archiveName} (${events.toLocaleString('en')} events in all) has ${spanOf(plan)} for ${nameOf(plan.sink)}, by ${by}, and for nobody else. How many events that are, it cannot say beforehand.`,
    );
    if (own) say(JSON.stringify(own.pattern));
    say('Nothing was done: --execute does it.');
    return 0;
  }
  await clearUp(deps, now());
  const rule = own && (await aws.putRule(parts, name, own.pattern));
  if (rule && !(await takesEffect(rule.name, deps))) return STOPPED;
  try {
    await aws.start(parts, { name, ruleArn: rule?.arn ?? parts.rule.arn, ...plan });
  } catch (error) {
    if (rule) await aws.removeRule(rule.name);
    throw error;
  }
  say(`Replay ${name} has begun.`);
  const said = { name, sink: route, ...plan };
  await tellTrail('archive.replay_started', said, { publish, now, warn });
  const code = await watchReplay(busName, name, deps);
  if (code === 0) await tellTrail('archive.replayed', said, { publish, now, warn });
  if (rule && code !== STOPPED) await takeDown(rule.name, deps);
  return code;
}

/** False when a person has had enough meanwhile: then the rule is gone again. */
async function takesEffect(rule: string, { aws, pause, signal, warn }: AwsDeps): Promise<boolean> {
  warn('A rule was made for this replay; it takes a minute to take effect.');
  await pause(RULE_SETTLE_MS);
  if (!signal.aborted) return true;
  await aws.removeRule(rule);
  warn('Stopped before the replay began; the rule is removed.');
  return false;
}

/** What was replayed last may still be on its way through the rule. */
async function takeDown(rule: string, { aws, pause, signal, warn }: AwsDeps): Promise<void> {
  warn('In a minute, when the last events have passed it, the rule of this replay is removed.');
  await pause(RULE_SETTLE_MS);
  if (signal.aborted) warn(`The rule ${rule} is left; the next audit-stream replay --bus removes it.`);
  else await aws.removeRule(rule);
}

async function clearUp({ aws, warn }: AwsDeps, nowMs: number): Promise<void> {
  try {
    for (const name of await aws.removeLeftovers(nowMs))
      warn(`Removed the rule ${name}: its replay is over.`);
  } catch (error) {
    warn(`Rules of earlier replays could not be looked for: ${(error as Error).message}`);
  }
}

const NO_FILTER =
  '--filter goes with --sink: the trail takes what it lacks of a span, and leaves the rest as it is';
/** "Allow a short period of time for changes to take effect":
 * https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html */
const RULE_SETTLE_MS = 60_000;
