/** `dlq replay` and `dlq purge`: a dry run unless told to, then step by step, with progress, until done or stopped. */
import { createInterface } from 'node:readline/promises';
import type { Listed, Stepped } from '../../src/domain/dead-letters/answers.ts';
import { runBeganMs } from '../../src/domain/dead-letters/run.ts';
import { ACCESS_OPTIONS } from '../access.ts';
import { readArgs, readNumber, UsageError } from '../command.ts';
import { inTime, progressBar } from '../progress-bar.ts';
import { painter } from '../terminal.ts';
import { type RunReport, runSteps } from './run-steps.ts';
import { commandAgain, readSelectionOptions, SELECTION_OPTIONS } from './selection-options.ts';
import { groupsInWords, reportInWords, wouldBe } from './words.ts';
import { openWorkbench, type Workbench } from './workbench.ts';

const OPTIONS = {
  ...ACCESS_OPTIONS,
  ...SELECTION_OPTIONS,
  data: { type: 'string' },
  execute: { type: 'boolean' },
  yes: { type: 'boolean' },
  rate: { type: 'string' },
  run: { type: 'string' },
  force: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;
type Given = ReturnType<typeof readArgs<typeof OPTIONS>>;

const WORDS = {
  replay: { what: 'replay-dead-letters', done: 'replayed' },
  purge: { what: 'purge-dead-letters', done: 'purged' },
} as const;
const EXIT_CODES = { complete: 0, stopped: 130, failed: 3 } as const;

export async function move(name: keyof typeof WORDS, args: readonly string[]): Promise<number> {
  const given = readArgs(args, OPTIONS);
  const selection = readSelectionOptions(given);
  const rate = readNumber(given.rate ?? '50', 'rate', 0.1, 10_000);
  if (given.run !== undefined && runBeganMs(given.run) === undefined)
    throw new UsageError(`--run must be as an earlier run named itself, such as run-1764288000000-0a1b2c3d`);
  const isDry = !given.execute && !given.yes;
  if (!isDry && name === 'purge' && !given.yes && !process.stdin.isTTY)
    throw new UsageError('nobody is here to ask: purge needs --yes where there is no terminal');
  const { what, done } = WORDS[name];
  const asked = { selection, ...(given.force && { force: true }) };

  const bench = await openWorkbench(given);
  try {
    const dry = (await bench.act(what, {
      ...asked,
      dryRun: true,
      ...(given.run !== undefined && { run: given.run }),
    })) as Stepped;
    const count = dry[done] ?? 0;
    if (isDry) {
      await tellDryRun(bench, name, given, selection, dry);
      return 0;
    }
    if (name === 'purge' && !given.yes && !(await isConfirmed(count))) return 1;
    const beganMs = Date.now();
    const report = await runToTheEnd(bench, { ...asked, what, rate, run: given.run, total: count, done });
    const again = () => commandAgain(name, given, { yes: true, ...(report.run && { run: report.run }) });
    const lines = reportInWords(done, report, inTime(Date.now() - beganMs));
    if (report.end.kind === 'failed') console.error(`audit-stream dlq ${name}: ${report.end.error.message}`);
    console.log(given.json ? JSON.stringify({ ...report, end: report.end.kind }) : lines.join('\n'));
    if (report.end.kind !== 'complete') console.error(`To go on: ${again()}`);
    return report.end.kind === 'complete' && report.failed.length > 0 ? 1 : EXIT_CODES[report.end.kind];
  } finally {
    await bench.close();
  }
}

async function tellDryRun(
  bench: Workbench,
  name: keyof typeof WORDS,
  given: Given,
  selection: object,
  dry: Stepped,
): Promise<void> {
  const { done } = WORDS[name];
  if (given.json) return console.log(JSON.stringify({ ...dry, dryRun: true }));
  const listed = (await bench.act('dead-letters', { selection })) as Listed;
  const count = dry[done] ?? 0;
  console.log(
    [
      ...groupsInWords(listed, painter(process.stdout, process.env)),
      ...wouldBe(done, count, dry.skipped),
      ...(count > 0
        ? ['', `This was a dry run. To do it: ${commandAgain(name, given, { execute: true })}`]
        : []),
    ].join('\n'),
  );
}

/** Deleting asks for a word that nobody types by mistake. */
async function isConfirmed(count: number): Promise<boolean> {
  const word = `purge ${count}`;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await terminal.question(
      `${count.toLocaleString('en')} letters will be deleted for good. To do it, type “${word}”: `,
    );
    if (answer.trim() === word) return true;
    console.error('Nothing was deleted.');
    return false;
  } finally {
    terminal.close();
  }
}

/** The first Ctrl-C lets the step in hand finish; the second ends the process. */
async function runToTheEnd(
  bench: Workbench,
  {
    total,
    done,
    ...run
  }: Omit<Parameters<typeof runSteps>[1], 'onProgress' | 'stop' | 'force'> & {
    readonly total: number;
    readonly done: string;
    readonly force?: boolean;
  },
): Promise<RunReport> {
  const bar = progressBar(total, `letters ${done}`, { paced: true });
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  try {
    return await runSteps(bench, {
      ...run,
      force: run.force === true,
      onProgress: (moved) => total > 0 && bar.to(moved),
      stop: stop.signal,
    });
  } finally {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
    bar.end();
  }
}
