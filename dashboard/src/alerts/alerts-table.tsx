/** Alerts in a list: open ones on top. */
import type { Alert } from '../../../src/domain/alert/alert.ts';
import { PAGE_CHANNEL } from '../../../src/domain/alert/alert.ts';
import { visibleLine } from '../../../src/domain/visible-text.ts';
import { Severity } from '../table/marks.tsx';
import { type ListColumn, RowList } from '../table/row-list.tsx';
import { AlertStatus, timeInWords } from './alert-marks.tsx';
import type { ShownAlert } from './chosen.ts';
import { nameOf } from './in-words.ts';

interface Props {
  readonly alerts: readonly ShownAlert[];
  readonly selectedId: string | undefined;
  readonly onOpen: (alertId: string) => void;
}

export function AlertsTable({ alerts, selectedId, onOpen }: Props) {
  return (
    <RowList
      label="Alerts, open ones first"
      name="alert"
      rows={alerts}
      columns={COLUMNS}
      idOf={({ alert }) => alert.alertId}
      selectedId={selectedId}
      onOpen={({ alert }) => onOpen(alert.alertId)}
    />
  );
}

/** What tells its events from others of the rule. */
export function groupInWords({ group = {} }: Alert): string {
  return Object.values(group).join(', ');
}

/** Which destinations hear of it. */
export function channelsInWords(channels: readonly string[] | undefined): string {
  if (channels === undefined) return 'all';
  const others = channels.filter((name) => name !== PAGE_CHANNEL);
  return others.length === 0 ? 'this page alone' : others.join(', ');
}

const COLUMNS: readonly ListColumn<ShownAlert>[] = [
  {
    key: 'severity',
    title: 'Severity',
    width: '76px',
    cell: ({ alert }) => <Severity severity={alert.severity} />,
  },
  {
    key: 'status',
    title: 'Status',
    width: 'minmax(110px, 1.1fr)',
    cell: ({ alert, quiet }) => <AlertStatus alert={alert} quiet={quiet} />,
  },
  {
    key: 'title',
    title: 'Title',
    width: 'minmax(200px, 3fr)',
    cell: ({ alert }) => <Text text={alert.title} />,
  },
  {
    key: 'rule',
    title: 'Rule',
    width: 'minmax(110px, 1.1fr)',
    cell: ({ alert }) => <Text text={alert.rule.name} />,
  },
  {
    key: 'group',
    title: 'Group',
    width: 'minmax(90px, 1fr)',
    cell: ({ alert }) => <Text text={groupInWords(alert)} />,
  },
  {
    key: 'count',
    as: 'number',
    title: 'Events',
    width: '56px',
    cell: ({ alert }) => alert.count.toLocaleString(),
  },
  {
    key: 'first',
    as: 'time',
    title: 'First',
    width: '104px',
    cell: ({ alert }) => timeInWords(Date.parse(alert.firstAt)),
  },
  {
    key: 'last',
    as: 'time',
    title: 'Last',
    width: '104px',
    cell: ({ alert }) => timeInWords(Date.parse(alert.lastAt)),
  },
  {
    key: 'channels',
    title: 'Told',
    width: 'minmax(90px, 0.9fr)',
    cell: ({ alert }) => <Text text={channelsInWords(alert.channels)} />,
  },
  {
    key: 'by',
    title: 'By',
    width: 'minmax(70px, 0.8fr)',
    cell: ({ alert: { acknowledgedBy, resolvedBy } }) => {
      const person = resolvedBy?.kind === 'person' ? resolvedBy : acknowledgedBy;
      return <Text text={person ? nameOf(person) : ''} />;
    },
  },
];

function Text({ text }: { readonly text: string }) {
  const shown = visibleLine(text);
  return <bdi title={shown}>{shown}</bdi>;
}
