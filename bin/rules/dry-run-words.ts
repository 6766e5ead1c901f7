/** A dry run as a person reads it: a table with a line of bars a rule, then what never fired and what could not be read. */
import { visibleLine } from '../../src/domain/visible-text.ts';
import { sparkLine } from '../spark-line.ts';
import { table } from '../table.ts';
import type { Paint } from '../terminal.ts';
import type { RuleOutcome } from './outcomes.ts';

export interface DryRun {
  readonly fromMs: number;
  readonly toMs: number;
  readonly read: number;
  readonly matched: number;
  readonly faults: readonly string[];
  readonly rules: readonly RuleOutcome[];
  readonly channels: readonly string[];
}

export function dryRunInWords(run: DryRun, paint: Paint): readonly string[] {
  const fired = run.rules.filter(({ alerts }) => alerts > 0).sort((a, b) => b.alerts - a.alerts);
  const never = run.rules.filter(({ alerts }) => alerts === 0);
  return [
    ...(fired.length > 0 ? [...tableOf(fired, run, paint), ''] : []),
    ...totals(run, fired, paint),
    ...(never.length > 0
      ? [`Never fired: ${wrapped(never.map(({ id }) => id)).join(`,\n${' '.repeat(13)}`)}`]
      : []),
    ...faultsOf(run.faults, paint),
  ];
}

function tableOf(
  fired: readonly RuleOutcome[],
  { channels, fromMs, toMs }: DryRun,
  paint: Paint,
): readonly string[] {
  const titles = [
    ...['rule', 'severity', 'when', 'busiest group', 'alerts', 'events', 'groups'],
    ...channels.map((name) => `→ ${name}`),
  ];
  const rows = fired.map((one) => [
    one.id,
    one.severity,
    sparkLine(one.firedMs, fromMs, toMs, BARS),
    busiest(one),
    ...[one.alerts, one.events, one.groups, ...channels.map((name) => one.notices[name] ?? 0)].map(figure),
  ]);
  return table(titles, rows, paint, 4);
}

function busiest({ busiest }: RuleOutcome): string {
  if (!busiest) return '';
  const values = Object.values(busiest.group);
  const name = visibleLine(values.length > 0 ? values.join(', ') : busiest.tenantId);
  const short = name.length > GROUP ? `${[...name].slice(0, GROUP - 1).join('')}…` : name;
  return `${short} (${figure(busiest.alerts)})`;
}

function totals(run: DryRun, fired: readonly RuleOutcome[], paint: Paint): readonly string[] {
  if (run.read === 0) return [paint('yellow', 'There were no events: nothing was tried.')];
  const sum = (of: (one: RuleOutcome) => number) => figure(fired.reduce((all, one) => all + of(one), 0));
  const told = run.channels.map((name) => `${sum(({ notices }) => notices[name] ?? 0)} to ${name}`);
  return [
    `${figure(run.read)} events from ${time(run.fromMs)} to ${time(run.toMs)}, ${figure(run.matched)} of them of a rule.`,
    paint(
      'bold',
      `${sum(({ alerts }) => alerts)} alerts of ${fired.length} of ${run.rules.length} rules, ${sum(({ open }) => open)} open at the end; notices: ${told.join(', ')}.`,
    ),
    ...(run.channels.length > 1 ? [] : ['No destination is named: --config FILE tells which there are.']),
  ];
}

function faultsOf(faults: readonly string[], paint: Paint): readonly string[] {
  if (faults.length === 0) return [];
  const more = faults.length - NAMED;
  return [
    paint('red', `${figure(faults.length)} could not be read:`),
    ...faults.slice(0, NAMED).map((fault) => `  ${visibleLine(fault)}`),
    ...(more > 0 ? [`  and ${figure(more)} more`] : []),
  ];
}

/** In lines of a terminal's width. */
function wrapped(names: readonly string[]): readonly string[] {
  const lines: string[] = [];
  for (const name of names) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + name.length < WIDTH) lines[lines.length - 1] = `${line}, ${name}`;
    else lines.push(name);
  }
  return lines;
}

const figure = (count: number) => count.toLocaleString('en');
const time = (ms: number) => `${new Date(ms).toISOString().slice(0, 19)}Z`;

const BARS = 24;
const GROUP = 28;
const NAMED = 10;
const WIDTH = 90;
