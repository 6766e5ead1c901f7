/** A map of routes as a terminal shows it. */
import { PAGE_CHANNEL } from '../../src/domain/alert/alert.ts';
import { table } from '../table.ts';
import type { Paint } from '../terminal.ts';
import type { RouteMap, RouteRow } from './route-map.ts';

export interface WordsOptions {
  readonly paint: Paint;
  /** False: the channels are those that rules and routes name. */
  readonly areChannelsKnown: boolean;
}

export function routeMapInWords(
  { channels, rows, unreachedRoutes, unreachedChannels }: RouteMap,
  { paint, areChannelsKnown }: WordsOptions,
): readonly string[] {
  if (rows.length === 0) return ['No rule is selected.'];
  const titles = ['RULE', 'SEVERITY', PAGE_CHANNEL, ...channels, 'BECAUSE'];
  const cells = rows.map((row) => [
    row.rule,
    row.severity ?? 'any',
    HEARS,
    ...channels.map((name) => markOf(row, name)),
    row.because.join(', '),
  ]);
  const isOpen = rows.some(({ perhaps }) => perhaps.length > 0);
  const byDefault = rows.some(({ because }) => because.includes('default'));
  return [
    ...table(titles, cells, paint, titles.length).map((line) => line.trimEnd()),
    '',
    `${HEARS} hears${isOpen ? `  ${PERHAPS} perhaps: what the notice says decides, such as its tenant or its group` : ''}`,
    ...(byDefault ? [DEFAULT] : []),
    ...(areChannelsKnown ? [] : [UNKNOWN]),
    ...section(
      'Routes that none of these alerts take',
      unreachedRoutes.map(({ name, why }) =>
        why === 'no match'
          ? `${name}: matches none of them`
          : `${name}: a route before it has decided for all`,
      ),
      paint,
    ),
    ...section('Channels that hear of none of these alerts', unreachedChannels, paint),
  ];
}

function section(title: string, lines: readonly string[], paint: Paint): readonly string[] {
  return lines.length === 0 ? [] : ['', paint('yellow', title), ...lines.map((line) => `  ${line}`)];
}

function markOf({ certain, perhaps }: RouteRow, channel: string): string {
  if (certain.includes(channel)) return HEARS;
  return perhaps.includes(channel) ? PERHAPS : '';
}

const HEARS = '●';
const PERHAPS = '○';
const DEFAULT = 'By default, where there are no routes, every destination of alerts hears from medium up.';
const UNKNOWN =
  'Without --config the channels are those that rules and routes name; which destinations there are is not known.';
