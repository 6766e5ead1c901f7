/** Dead letters in groups, and one by one. */
import type { LetterSummary } from '../../../src/domain/dead-letters/dead-letter.ts';
import type { LetterGroup } from '../../../src/domain/dead-letters/groups.ts';
import { visibleText } from '../../../src/domain/visible-text.ts';
import { reasonInWords } from '../deliveries/in-words.ts';
import { type ListColumn, RowList } from '../table/row-list.tsx';
import { clock } from '../view/settings.ts';
import { showTime } from '../view/show-time.ts';

const when = (ms: number) => showTime(ms, clock.value, Date.now());

export function GroupsTable({
  groups,
  onOpen,
}: {
  readonly groups: readonly LetterGroup[];
  readonly onOpen: (group: LetterGroup) => void;
}) {
  return (
    <RowList
      label="Groups of dead letters, the largest first"
      name="group"
      rows={groups}
      columns={GROUP_COLUMNS}
      idOf={({ queue, reason, action, ageBand }) => `${queue} ${reason} ${action} ${ageBand}`}
      selectedId={undefined}
      onOpen={onOpen}
    />
  );
}

const GROUP_COLUMNS: readonly ListColumn<LetterGroup>[] = [
  {
    key: 'letters',
    as: 'number',
    title: 'Letters',
    width: '70px',
    cell: ({ count }) => count.toLocaleString(),
  },
  { key: 'queue', title: 'Queue', width: 'minmax(100px, 1fr)', cell: ({ queue }) => queue },
  {
    key: 'reason',
    title: 'Reason',
    width: 'minmax(200px, 2fr)',
    cell: ({ reason }) => <Reason reason={reason} />,
  },
  {
    key: 'action',
    as: 'action',
    title: 'Action',
    width: 'minmax(160px, 2fr)',
    cell: ({ action }) => <Text text={action || '(none)'} />,
  },
  { key: 'age', title: 'Age', width: '80px', cell: ({ ageBand }) => ageBand },
  { key: 'oldest', as: 'time', title: 'Oldest', width: '112px', cell: ({ oldestMs }) => when(oldestMs) },
  { key: 'newest', as: 'time', title: 'Newest', width: '112px', cell: ({ newestMs }) => when(newestMs) },
];

export function LettersTable({
  letters,
  selectedId,
  onOpen,
}: {
  readonly letters: readonly LetterSummary[];
  readonly selectedId: string | undefined;
  readonly onOpen: (letter: LetterSummary) => void;
}) {
  return (
    <RowList
      label="Dead letters, oldest first"
      name="letter"
      rows={letters}
      columns={LETTER_COLUMNS}
      idOf={letterKey}
      selectedId={selectedId}
      onOpen={onOpen}
    />
  );
}

export const letterKey = ({ queue, messageId }: Pick<LetterSummary, 'queue' | 'messageId'>) =>
  `${queue} ${messageId}`;

const LETTER_COLUMNS: readonly ListColumn<LetterSummary>[] = [
  { key: 'died', as: 'time', title: 'Died', width: '112px', cell: ({ deadAtMs }) => when(deadAtMs) },
  { key: 'queue', title: 'Queue', width: 'minmax(90px, 0.8fr)', cell: ({ queue }) => queue },
  {
    key: 'reason',
    title: 'Reason',
    width: 'minmax(200px, 2fr)',
    cell: ({ reason, detail }) => <Reason reason={reason} detail={detail} />,
  },
  { key: 'status', as: 'number', title: 'Status', width: '52px', cell: ({ status }) => status ?? '' },
  { key: 'tries', as: 'number', title: 'Tries', width: '44px', cell: ({ receiveCount }) => receiveCount },
  {
    key: 'replayed',
    as: 'number',
    title: 'Replayed',
    width: '66px',
    cell: ({ replayed }) => replayed ?? '',
  },
  {
    key: 'action',
    as: 'action',
    title: 'Action',
    width: 'minmax(140px, 1.4fr)',
    cell: ({ action }) => <Text text={action ?? ''} />,
  },
  {
    key: 'tenant',
    title: 'Tenant',
    width: 'minmax(70px, 0.6fr)',
    cell: ({ tenantId }) => <Text text={tenantId ?? ''} />,
  },
  {
    key: 'id',
    as: 'id',
    title: 'Event',
    width: 'minmax(120px, 1.2fr)',
    cell: ({ eventId }) => <Text text={eventId ?? ''} />,
  },
];

function Reason({ reason, detail }: { readonly reason: string; readonly detail?: string | undefined }) {
  const words = reasonInWords(reason);
  return (
    <span title={`${reason}${detail === undefined ? '' : `: ${detail}`}`}>
      <bdi>{visibleText(words)}</bdi>
      {detail !== undefined && (
        <small>
          {' '}
          · <bdi>{visibleText(reasonInWords(detail))}</bdi>
        </small>
      )}
    </span>
  );
}

function Text({ text }: { readonly text: string }) {
  return <bdi title={text}>{visibleText(text)}</bdi>;
}
